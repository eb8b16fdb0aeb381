import type { Browser, Page } from '@playwright/test'

export type ShellKind = 'headless' | 'double' | 'electron'

/** What a person answers to native dialogs, one after the other: chosen paths, or null for closing it. */
export type DialogAnswer = readonly string[] | null

/** A running Session Deck with its window open. */
export interface RunningShell {
  readonly page: Page
  /** @throws Error where the shell has no native dialogs (headless: paths are typed in the window) */
  answerDialogs(...answers: readonly DialogAnswer[]): Promise<void>
  readClipboard(): Promise<string>
  /** @throws Error where the shell has no menu */
  clickMenu(id: string): Promise<void>
  /** Ends the program in order. @throws Error when it did not end well */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Null for the electron project. */
  readonly browser: Browser | null
  readonly dataDir: string
  /** The person's home folder: programs of this machine are not looked at. */
  readonly homeDir: string
  /** Flags and paths on the command line. */
  readonly args: readonly string[]
  /** Called with each new page before it loads anything. */
  prepare(page: Page): Promise<void>
}

export const VIEWPORT = { width: 1280, height: 820 }

/** The program's environment: its home is the story's. */
export function storyEnv(homeDir: string): Record<string, string> {
  const { XDG_DATA_HOME: _, APPDATA: __, LOCALAPPDATA: ___, ...env } = process.env
  const own = { ...env, HOME: homeDir, USERPROFILE: homeDir }
  return Object.fromEntries(Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The answer as Electron's dialogs give it; open and save dialogs read different fields. */
export function toElectronAnswer(answer: DialogAnswer) {
  return { canceled: answer === null, filePaths: answer ?? [], filePath: answer?.[0] ?? '' }
}
