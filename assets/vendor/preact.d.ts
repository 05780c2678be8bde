// The part of preact.js that snug uses, typed by hand.

export interface VNode {
  type: unknown;
  props: object;
  key: unknown;
}
export type Child = VNode | string | number | boolean | null | undefined | Child[];

export abstract class Component<P = object, S = object> {
  props: Readonly<P>;
  state: Readonly<S>;
  constructor(props?: P);
  setState(next: Partial<S>): void;
  shouldComponentUpdate?(next: Readonly<P>): boolean;
  abstract render(props?: P): Child;
}

export const options: { debounceRendering?: (render: () => void) => void };
export function render(child: Child, parent: Element): void;

/** A tagged template that reads like HTML and yields elements: text in it is text, never markup. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;

export interface Ref<T> {
  current: T;
}
export function useRef<T>(initial: T): Ref<T>;
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((old: T) => T)) => void];
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useEffect(run: () => undefined | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(run: () => undefined | (() => void), inputs?: readonly unknown[]): void;

export interface ReadonlySignal<T> {
  readonly value: T;
  peek(): T;
  subscribe(heard: (value: T) => void): () => void;
}
export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}
export function signal<T>(value: T): Signal<T>;
export function computed<T>(make: () => T): ReadonlySignal<T>;
export function effect(run: () => undefined | (() => void)): () => void;
export function untracked<T>(run: () => T): T;
