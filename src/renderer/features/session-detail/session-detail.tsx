export function SessionDetailPane() {
  return null
}
