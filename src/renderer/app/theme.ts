import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const deck: MantineColorsTuple = [
  '#eaf1ff',
  '#d3e1ff',
  '#a9c4ff',
  '#7aa5ff',
  '#6ea0ff',
  '#3f7cf6',
  '#2563eb',
  '#1d57d8',
  '#1849b8',
  '#123a94',
]

/** Mantine draws fields, borders and disabled parts in these; they follow `tokens.css`. */
const dark: MantineColorsTuple = [
  '#e6e9ef',
  '#c4cad4',
  '#9ca6b7',
  '#8b96a8',
  '#252c38',
  '#1f2631',
  '#151a22',
  '#0f1218',
  '#0c0f14',
  '#090b0f',
]

/** Names for the close buttons, which are icons alone. */
const closeLabel = { closeButtonProps: { 'aria-label': 'Close' } }
const compact = { defaultProps: { size: 'xs' } }

/** Mantine judges the contrast of the accent by its light shade alone, and would put white on the bright one. */
function filledText(_theme: unknown, { color, variant = 'filled' }: { color?: string; variant?: string }) {
  return { root: color === undefined && variant === 'filled' ? { '--button-color': 'var(--on-accent)' } : {} }
}

/** Mantine in the density and colours of the window; the tokens themselves are in `tokens.css`. */
export const theme = createTheme({
  primaryColor: 'deck',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  colors: { deck, dark },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12.5px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45' },
  headings: { fontWeight: '600', sizes: { h2: { fontSize: '16px' }, h3: { fontSize: '13px' } } },
  defaultRadius: 7,
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  // Plain objects rather than `Button.extend(…)`: naming a component here would load it at start.
  components: {
    Button: { ...compact, styles: { root: { fontWeight: 550 } }, vars: filledText },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: compact,
    PasswordInput: compact,
    NumberInput: compact,
    Textarea: compact,
    Select: compact,
    Checkbox: compact,
    Radio: compact,
    Switch: compact,
    SegmentedControl: compact,
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 0 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320, fz: 12 } },
    Modal: {
      defaultProps: { ...closeLabel, transitionProps: { duration: 0 }, overlayProps: { backgroundOpacity: 0.45 } },
    },
    Drawer: { defaultProps: { ...closeLabel, transitionProps: { duration: 0 } } },
    Notification: { defaultProps: closeLabel },
  },
})

/** Ties Mantine's surface variables to the tokens, so that its parts and ours share one palette. */
export const cssVariables: CSSVariablesResolver = () => {
  const surfaces = {
    '--mantine-color-body': 'var(--panel)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--dim)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-placeholder': 'var(--faint)',
    '--mantine-color-error': 'var(--bad-text)',
    '--mantine-color-anchor': 'var(--accent-text)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
  }
  return { variables: {}, light: surfaces, dark: surfaces }
}
