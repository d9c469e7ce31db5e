/// <reference types="vite/client" />

/** The launcher's style sheet, put in by vite.config.ts. */
declare const __CSS__: string;
