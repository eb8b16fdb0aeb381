/** Who can sign in to the Telegram of `--demo`, beside the logins of the sample library. `docs/telegram.md` lists them. */
export const DEMO_PEOPLE = [
  { id: 6_000_000_001, firstName: 'Ada', lastName: 'Example', username: 'ada_example', phone: '99966200001' },
  {
    id: 6_000_000_002,
    firstName: 'Grace',
    lastName: 'Example',
    username: 'grace_example',
    phone: '99966200002',
    /** Of two-step verification. */
    password: 'open sesame',
  },
] as const

export const DEMO_CODE = '12345'

export const DEMO_BOTS = [
  {
    id: 7_000_000_001,
    firstName: 'Demo weather',
    username: 'demo_weather_bot',
    token: '7000000001:AADemo-weather-of-the-sample-library',
  },
  {
    id: 7_000_000_002,
    firstName: 'Demo shop',
    username: 'demo_shop_bot',
    token: '7000000002:AADemo-shop-of-the-sample-library-01',
  },
  {
    id: 7_000_000_003,
    firstName: 'Demo quiz',
    username: 'demo_quiz_bot',
    token: '7000000003:AADemo-quiz-of-the-sample-library-01',
  },
] as const

/** Devices that accounts were used on, told in the Devices list. */
export const DEMO_DEVICES = [
  {
    deviceModel: 'iPhone 15',
    platform: 'iOS',
    systemVersion: '18.1',
    appName: 'Telegram iOS',
    appVersion: '11.4',
    ip: '203.0.113.7',
    country: 'Germany',
    region: 'Berlin',
    officialApp: true,
  },
  {
    deviceModel: 'Desktop',
    platform: 'Linux',
    systemVersion: 'Debian 13',
    appName: 'Telegram Desktop',
    appVersion: '5.8',
    ip: '198.51.100.23',
    country: 'Germany',
    region: 'Hamburg',
    officialApp: true,
  },
  {
    deviceModel: 'CPython 3.13',
    platform: '',
    systemVersion: 'Linux 6.8',
    appName: 'helper scripts',
    appVersion: '1.0',
    ip: '192.0.2.140',
    country: 'Finland',
    region: 'Helsinki',
    officialApp: false,
  },
] as const
