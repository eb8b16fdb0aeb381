import { AppError } from '../../domain/errors.ts'

/** A counter as the library's 32-bit number; fractions of a date go. @throws AppError format.not-writable */
export function int32From(value: number, format: string): number {
  const whole = Math.trunc(value)
  if (whole < -(2 ** 31) || whole > 2 ** 31 - 1) {
    throw new AppError('format.not-writable', { format, reason: 'a counter of it is too large for grammers' })
  }
  return whole
}
