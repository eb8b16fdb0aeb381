import type { Devices } from '../../../shared/contract/telegram.ts'
import { AppError } from '../../domain/errors.ts'
import type { Ref } from '../../sources/interfaces.ts'
import { isFreshReset } from '../../telegram/classify.ts'
import type { DeviceList, Gateway, GatewayAnswer, LoginAccess } from '../../telegram/gateway.ts'
import type { AnswerReading } from '../../telegram/login-result.ts'
import { describeEntry } from '../account-words.ts'
import type { Core } from '../core.ts'
import { loginResultView } from '../present.ts'
import { isForPeopleAlone, valueOf } from './asked-errors.ts'
import type { AccessOptions, TelegramCore } from './telegram-core.ts'

/** Telegram lets a login end others this long after it was made. */
const FRESH_SECONDS = 24 * 3600

interface Asking {
  readonly ref: Ref
  readonly options: AccessOptions
  readonly signal: AbortSignal
}

/** A refusal to a living login says that it lives. */
const reading: AnswerReading<DeviceList> = {
  statusOf: ({ status, evidence }) => (isForPeopleAlone(evidence) ? 'alive' : status),
}

/**
 * The Devices list of the account.
 * @throws AppError telegram.*, request.unsupported for bots, session.not-found
 */
export async function listDevices(core: Core, telegram: TelegramCore, asking: Asking): Promise<Devices> {
  assertPerson(core, asking.ref)
  const asked = await telegram.withLogin(
    asking.ref,
    asking.options,
    asking.signal,
    (gateway, login, signal) => gateway.devices(login, signal),
    reading,
  )
  return devicesView(core, asked)
}

/** Ends one other login of the account; answers the list as it is then. @throws AppError as {@link listDevices}, telegram.too-fresh */
export async function endDevice(core: Core, telegram: TelegramCore, asking: Asking, hash: bigint): Promise<Devices> {
  if (hash === 0n) {
    throw new AppError('request.invalid', { field: 'hash', reason: 'this is the login that asks: log it out instead' })
  }
  return change(core, telegram, asking, (gateway, login, signal) => gateway.endDevice(login, hash, signal), {
    action: 'device-ended',
    words: 'Ended another device of the account of',
  })
}

/** Ends all logins of the account but the asking one. @throws AppError as {@link endDevice} */
export async function endOtherDevices(core: Core, telegram: TelegramCore, asking: Asking): Promise<Devices> {
  return change(core, telegram, asking, (gateway, login, signal) => gateway.endOtherDevices(login, signal), {
    action: 'devices-ended',
    words: 'Ended all other devices of the account of',
  })
}

/** One change, then the list as it is then, under one hold of the key. */
async function change(
  core: Core,
  telegram: TelegramCore,
  { ref, options, signal }: Asking,
  call: (gateway: Gateway, login: LoginAccess, signal: AbortSignal) => Promise<GatewayAnswer<true>>,
  note: { readonly action: string; readonly words: string },
): Promise<Devices> {
  assertPerson(core, ref)
  let isFresh = false
  const changed = await telegram.withLogin(
    ref,
    options,
    signal,
    async (gateway, login, stop): Promise<GatewayAnswer<DeviceList>> => {
      const done = await call(gateway, login, stop)
      isFresh = isFreshReset(done.evidence)
      if (done.value === null && !isFresh) return { ...done, value: null }
      if (done.value !== null) noteChange(core, ref, note)
      return gateway.devices(login, stop)
    },
    reading,
  )
  const devices = devicesView(core, changed)
  if (isFresh)
    throw new AppError('telegram.too-fresh', { until: devices.mayEndFrom ?? nowSeconds(core) + FRESH_SECONDS })
  return devices
}

function devicesView(core: Core, asked: Parameters<typeof valueOf<DeviceList>>[0]): Devices {
  const { value, asked: answered } = valueOf(asked)
  const current = value.devices.find((device) => device.current)
  const mayEndFrom = (current?.createdAt ?? 0) + FRESH_SECONDS
  return {
    devices: value.devices.map(({ hash, ...device }) => ({ hash: String(hash), ...device })),
    ttlDays: value.ttlDays,
    mayEndFrom: mayEndFrom > nowSeconds(core) ? mayEndFrom : null,
    login: loginResultView(answered.result),
  }
}

function nowSeconds({ ports }: Core): number {
  return Math.floor(ports.clock.now() / 1000)
}

/** Telegram keeps no such list for bots: said before it is asked. */
function assertPerson({ library }: Core, ref: Ref): void {
  const { summary, login } = library.catalog.get(ref)
  if (summary.account?.isBot === true || (login?.final ?? login?.latest)?.account?.isBot === true) {
    throw new AppError('request.unsupported', { reason: 'Telegram keeps no list of devices for bots' })
  }
}

function noteChange({ library }: Core, ref: Ref, { action, words }: { action: string; words: string }): void {
  const entry = library.catalog.get(ref)
  library.audit.add({ action, text: `${words} ${describeEntry(entry)}`, ref, keyId: entry.summary.keyId })
}
