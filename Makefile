# Each target is one script or one cargo command; `make help` lists them.

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## build and start snug on http://127.0.0.1:8080
	cargo run --release

test: ## everything that must hold before a change lands
	scripts/test

setup-db: ## create or upgrade the database
	scripts/setup-db

coverage: ## line coverage of Rust and of the client, with a report under coverage/
	scripts/coverage

static: ## the one static binary, proved in an empty chroot
	scripts/build-static

bench: ## measure snug beside the yardsticks
	scripts/bench

screenshot: ## take the pictures of README and docs/tour.md anew from the running program
	scripts/screenshot

lighthouse: ## scores of the door and of a room, as a phone on a slow link meets them
	scripts/lighthouse

.PHONY: help run test setup-db coverage static bench screenshot lighthouse
