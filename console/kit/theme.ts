import { effect } from '@preact/signals';
import { choose, setting } from './settings.ts';

/** Follows the choice of light or dark; the system's where none was made. */
export function startTheme(): void {
  effect(() => {
    const theme = setting('theme').value;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
}

export function isDark(): boolean {
  const theme = setting('theme').value;
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function toggleTheme(): void {
  choose('theme', isDark() ? 'light' : 'dark');
}
