export function TrashView() {
  return null
}
