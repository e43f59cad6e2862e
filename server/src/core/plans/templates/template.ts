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
}

export interface TemplateMigration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

export type TemplateResult = { readonly migrations: readonly TemplateMigration[] } | { readonly error: string };

/** Makes one migration, or several to be deployed one after the other. */
export interface Template {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly fields: readonly TemplateField[];
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
  make: (values: Readonly<Record<string, string>>, input: TemplateInput) => readonly TemplateMigration[],
): Template {
  return {
    ...head,
    make(input) {
      const values = Object.fromEntries(head.fields.map(({ id }) => [id, (input.values[id] ?? '').trim()]));
      const lacking = head.fields.filter(({ id, required }) => required && values[id] === '');
      if (lacking.length > 0) return { error: `Fill in: ${lacking.map(({ label }) => label).join(', ')}.` };
      try {
        return { migrations: make(values, input) };
      } catch (error) {
        if (error instanceof InvalidValue) return { error: error.message };
        throw error;
      }
    },
  };
}
