// Stands in for the Electron executable: node main.ts [flags] <folder or entry>
import { type ElectronDouble, launch } from './launch.ts'

/** What a parent process may ask of the program under test. */
export type Request =
  | { readonly ask: 'answer-dialogs'; readonly answers: readonly unknown[] }
  | { readonly ask: 'clipboard' }
  | { readonly ask: 'dialogs' }
  | { readonly ask: 'power'; readonly event: 'suspend' | 'lock-screen' }
  | { readonly ask: 'menu'; readonly id: string }
  | { readonly ask: 'open-paths'; readonly paths: readonly string[] }

async function carryOut(double: ElectronDouble, request: Request): Promise<unknown> {
  switch (request.ask) {
    case 'answer-dialogs':
      double.state.dialogAnswers.push(...request.answers)
      return null
    case 'clipboard':
      return double.clipboard.readText()
    case 'dialogs':
      return double.state.dialogs
    case 'power':
      return double.powerMonitor.emit(request.event)
    case 'menu':
      double.Menu.getApplicationMenu()?.getMenuItemById(request.id)?.click?.()
      return null
    case 'open-paths':
      return double.app.emit('second-instance', {}, [], '/', { paths: request.paths })
  }
}

if (process.argv.includes('--version')) {
  process.stdout.write('v45.4.1\n')
  process.exit(0)
}
// As in Electron, where no script stands between the executable and the app.
process.argv.splice(1, 1)
const plain = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
const double = await launch(plain ?? '.')
process.on('message', (message: { id: number; request: Request }) => {
  void carryOut(double, message.request).then((value) => process.send?.({ id: message.id, value }))
})
process.on('disconnect', () => double.app.quit())
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => double.app.quit())
