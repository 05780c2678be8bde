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

screenshot: ## take docs/screenshot.png anew from the running program
	scripts/screenshot

.PHONY: help run test setup-db coverage static bench screenshot
