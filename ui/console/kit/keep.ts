/** localStorage that may be denied or full: then a value lasts as long as the page. */
const spare = new Map<string, string>();

export function kept(key: string): string | null {
  try {
    return localStorage.getItem(`warmline.${key}`);
  } catch {
    return spare.get(key) ?? null;
  }
}

export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`warmline.${key}`);
    else localStorage.setItem(`warmline.${key}`, value);
  } catch {
    if (value === null) spare.delete(key);
    else spare.set(key, value);
  }
}

export function keptJson<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(kept(key) ?? "") as T;
  } catch {
    return otherwise;
  }
}
