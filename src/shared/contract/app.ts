import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { call } from './common.ts'
import { jobSchema } from './jobs.ts'
import { contactSchema } from './telegram.ts'

/** How the vault, the trash and stored passwords are sealed on this machine. */
const protectionSchema = z.object({
  /** `none`: nothing is set up yet; the first thing that needs sealing asks for it. */
  state: z.enum(['none', 'unlocked', 'locked']),
  kind: z.enum(['keychain', 'passphrase']),
  lockAfterSeconds: z.number(),
})
export type Protection = z.infer<typeof protectionSchema>

const appInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  shell: z.enum(['electron', 'headless']),
  platform: z.string(),
  demo: z.boolean(),
  /** `native`: the shell has its own file dialogs; `typed`: paths are typed or browsed in the window. */
  fileDialogs: z.enum(['native', 'typed']),
  /** Who owns the clipboard: `main` copies and clears itself, `page` does it in the window. */
  clipboard: z.enum(['main', 'page']),
  home: z.string(),
  protection: protectionSchema,
})
export type AppInfo = z.infer<typeof appInfoSchema>

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  maskPhones: z.boolean(),
  hiddenColumns: z.array(z.string()),
  /** The first-run welcome was closed. */
  welcomed: z.boolean(),
})
export type Settings = z.infer<typeof settingsSchema>

const appEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sessions'), revision: z.number() }),
  z.object({ type: z.literal('sources') }),
  z.object({ type: z.literal('trash') }),
  z.object({ type: z.literal('audit') }),
  z.object({ type: z.literal('protection'), protection: protectionSchema }),
  z.object({ type: z.literal('job'), job: jobSchema }),
  /** What is contacted from now on; empty when nothing is. */
  z.object({ type: z.literal('network'), contacts: z.array(contactSchema) }),
  z.object({ type: z.literal('telegram-settings') }),
  /** Files or folders given on the command line or opened by the system. */
  z.object({ type: z.literal('open'), paths: z.array(z.string()) }),
  /** A menu item of the shell. */
  z.object({
    type: z.literal('menu'),
    action: z.enum(['import', 'add-source', 'find', 'palette', 'settings', 'lock', 'about']),
  }),
])
export type AppEvent = z.infer<typeof appEventSchema>

export const appContract = {
  info: call.output(appInfoSchema),
  settings: call.output(settingsSchema),
  changeSettings: call.input(settingsSchema.partial()).output(settingsSchema),
  /** Live events; the window subscribes once. */
  events: call.output(eventIterator(appEventSchema)),
  /** The person is there: puts the auto-lock off. */
  touch: call.output(z.object({ locksAtMs: z.number().nullable() })),
  /** Native dialog; null when closed. @throws request.unsupported where `fileDialogs` is `typed` */
  pick: call
    .input(
      z.object({ kind: z.enum(['files', 'folder', 'save']), title: z.string(), suggestedName: z.string().optional() }),
    )
    .output(z.object({ paths: z.array(z.string()) }).nullable()),
  /** Lists a folder for the window's own picker (headless shell). `path: null` starts at home. */
  browse: call.input(z.object({ path: z.string().nullable() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(z.object({ name: z.string(), path: z.string(), kind: z.enum(['file', 'folder']) })),
    }),
  ),
  /** Shows a file in the system's file manager (Electron). */
  showInFolder: call.input(z.object({ path: z.string() })).output(z.object({ shown: z.boolean() })),
  /** Adds the generated sample library as a source. */
  addSamples: call.output(z.object({ sourceId: z.string() })),
  /** Sets the passphrase the first time (where no keychain is). */
  protect: call.input(z.object({ passphrase: z.string().min(8).max(1000) })).output(protectionSchema),
  unlock: call.input(z.object({ passphrase: z.string().max(1000).nullable() })).output(protectionSchema),
  lock: call.output(protectionSchema),
}
