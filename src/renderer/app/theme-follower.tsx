import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useAppData } from './app-data.ts'

/** Puts the theme of the settings on: system, light or dark. */
export function ThemeFollower() {
  const theme = useAppData((state) => state.settings?.theme)
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme)
  }, [theme, setColorScheme])
  return null
}
