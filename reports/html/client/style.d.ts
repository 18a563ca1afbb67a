/** The build makes one style sheet of it; the script only names it. */
declare module '*.css';
