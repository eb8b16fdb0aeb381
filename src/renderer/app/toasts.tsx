import '@mantine/notifications/styles.layer.css'
import { Notifications } from '@mantine/notifications'

export function Toasts() {
  return <Notifications position="bottom-center" containerWidth={420} limit={3} zIndex={500} className="toasts" />
}
