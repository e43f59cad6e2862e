import type { Ground } from '../../reversal/stage.js';
import type { Plan } from '../plan.js';

export interface TemplateField {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly required: boolean;
}

export interface TemplateInput {
  /** The migration's name as the person typed it. */
  readonly name: string;
  /** By field id; what is absent or blank counts as empty. */
  readonly values: Readonly<Record<string, string>>;
  /** As in `SET lock_timeout`; 5s when empty. */
  readonly lockTimeout?: string;
  /** What the folder's migrations lead to: a template may ask what a column has. */
  readonly met?: Ground;
}

export type TemplateResult = { readonly plan: Plan } | { readonly error: string };

/** Makes one migration, or several to be deployed one after the other. */
export interface Template {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly fields: readonly TemplateField[];
  /** What it makes depends on what the folder's migrations lead to: it wants `met`. */
  readonly readsSchema?: true;
  make(input: TemplateInput): TemplateResult;
}

export function field(id: string, label: string, placeholder: string, required = true): TemplateField {
  return { id, label, placeholder, required };
}

/** A value that cannot be used; `make` of every template turns it into a result. */
export class InvalidValue extends Error {}

/** Wraps a template's own function: checks required fields, and turns an invalid value into an error to show. */
export function template(
  head: Omit<Template, 'make'>,
  make: (values: Readonly<Record<string, string>>, input: TemplateInput) => Plan,
): Template {
  return {
    ...head,
    make(input) {
      const values = Object.fromEntries(head.fields.map(({ id }) => [id, (input.values[id] ?? '').trim()]));
      const lacking = head.fields.filter(({ id, required }) => required && values[id] === '');
      if (lacking.length > 0) return { error: `Fill in: ${lacking.map(({ label }) => label).join(', ')}.` };
      try {
        return { plan: make(values, input) };
      } catch (error) {
        if (error instanceof InvalidValue) return { error: error.message };
        throw error;
      }
    },
  };
}
