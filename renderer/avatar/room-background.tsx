import { useEffect, useId, useState, type ReactElement } from 'react';
import { timeOfDayAt, type TimeOfDay } from '#shared/avatar/time-of-day.ts';

interface RoomBackgroundProps {
  /** The light to show; follows the clock when left out. */
  readonly timeOfDay?: TimeOfDay;
  readonly className?: string;
}

/** The companion's room: a window, a shelf and a lantern, in the light of the hour. Decoration only. Fills its parent. */
export function RoomBackground({ timeOfDay, className }: RoomBackgroundProps): ReactElement {
  const clock = useTimeOfDay();
  const now = timeOfDay ?? clock;
  const light = LIGHTS[now];
  const id = useId();
  const ref = (name: string): string => `url(#${id}${name})`;
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      className={className}
      data-time-of-day={now}
      viewBox="0 0 900 1200"
      preserveAspectRatio="xMidYMid slice"
      style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', display: 'block' }}
    >
      <defs>
        <linearGradient id={`${id}wall`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={light.wall[0]} />
          <stop offset="1" stopColor={light.wall[1]} />
        </linearGradient>
        <linearGradient id={`${id}sky`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={light.sky[0]} />
          <stop offset="0.62" stopColor={light.sky[1]} />
          <stop offset="1" stopColor={light.sky[2]} />
        </linearGradient>
        <radialGradient id={`${id}glow`} gradientUnits="userSpaceOnUse" cx="742" cy="300" r="620">
          <stop offset="0" stopColor="#ffd28a" stopOpacity={light.lamp} />
          <stop offset="0.28" stopColor="#ffb866" stopOpacity={light.lamp * 0.45} />
          <stop offset="1" stopColor="#ff9a4d" stopOpacity="0" />
        </radialGradient>
        <linearGradient id={`${id}shaft`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor={light.sky[1]} stopOpacity={light.shaft} />
          <stop offset="1" stopColor={light.sky[1]} stopOpacity="0" />
        </linearGradient>
        <linearGradient id={`${id}paper`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={light.paper[0]} />
          <stop offset="0.55" stopColor={light.paper[1]} />
          <stop offset="1" stopColor={light.paper[2]} />
        </linearGradient>
        <clipPath id={`${id}pane`}>
          <path d="M84 210 Q84 150 144 150 H376 Q436 150 436 210 V640 H84Z" />
        </clipPath>
      </defs>
      <rect width="900" height="1200" fill={ref('wall')} />
      <Outside light={light} now={now} clip={ref('pane')} sky={ref('sky')} />
      <WindowFrame light={light} />
      <path d="M84 640 L436 640 L760 1200 L210 1200Z" fill={ref('shaft')} />
      <Shelf light={light} />
      <Lantern light={light} paper={ref('paper')} />
      <rect width="900" height="1200" fill={ref('glow')} />
    </svg>
  );
}

interface Light {
  readonly wall: readonly [string, string];
  readonly sky: readonly [string, string, string];
  readonly hills: readonly [string, string];
  readonly wood: string;
  readonly woodShade: string;
  readonly curtain: string;
  readonly curtainShade: string;
  readonly books: readonly [string, string, string, string, string];
  readonly leaf: string;
  readonly pot: string;
  readonly paper: readonly [string, string, string];
  /** How strongly the lantern shines and daylight falls in, in [0,1]. */
  readonly lamp: number;
  readonly shaft: number;
}

const LIGHTS: Readonly<Record<TimeOfDay, Light>> = {
  dawn: {
    wall: ['#e7d3cc', '#cdb2ae'],
    sky: ['#93a9d6', '#f3c3b4', '#fde0b8'],
    hills: ['#a493b4', '#7d7398'],
    wood: '#a98470',
    woodShade: '#8d6a5a',
    curtain: '#f4e5da',
    curtainShade: '#dcc4b8',
    books: ['#b9796a', '#8f93ab', '#c7a06c', '#7f9a8b', '#a98a9c'],
    leaf: '#86a185',
    pot: '#c58f78',
    paper: ['#fbeccb', '#ffe3ac', '#f3cf94'],
    lamp: 0.32,
    shaft: 0.3,
  },
  day: {
    wall: ['#f3e9da', '#e3d2bb'],
    sky: ['#8cc0e8', '#c3e2f1', '#eaf5ee'],
    hills: ['#a3c3a4', '#7faa88'],
    wood: '#bf9670',
    woodShade: '#a47c59',
    curtain: '#fffaf0',
    curtainShade: '#e9dcc6',
    books: ['#c77b63', '#8aa0bd', '#dab56f', '#84a98f', '#b491a8'],
    leaf: '#7fae7c',
    pot: '#d29a78',
    paper: ['#fdf6e4', '#fbedd0', '#efdcb8'],
    lamp: 0.14,
    shaft: 0.42,
  },
  dusk: {
    wall: ['#a9808a', '#6f566c'],
    sky: ['#5d5f9e', '#e08a7c', '#ffc27a'],
    hills: ['#6b4f7c', '#4b3b62'],
    wood: '#7c5548',
    woodShade: '#5f4040',
    curtain: '#cf9f94',
    curtainShade: '#a5757a',
    books: ['#9c5650', '#6a678f', '#b9854f', '#64796f', '#86637f'],
    leaf: '#66796a',
    pot: '#a16a55',
    paper: ['#ffe0a3', '#ffcc7d', '#f0a95c'],
    lamp: 0.62,
    shaft: 0.26,
  },
  night: {
    wall: ['#4c4359', '#322c42'],
    sky: ['#161c3c', '#28315c', '#4a4a78'],
    hills: ['#232748', '#191c36'],
    wood: '#5c4642',
    woodShade: '#443439',
    curtain: '#645672',
    curtainShade: '#4b4159',
    books: ['#7a4a48', '#4d5077', '#8d6a48', '#4f6159', '#674f68'],
    leaf: '#4d6156',
    pot: '#7a5349',
    paper: ['#ffe6b0', '#ffcf80', '#f2a653'],
    lamp: 0.78,
    shaft: 0.08,
  },
};

function Outside({ light, now, clip, sky }: { light: Light; now: TimeOfDay; clip: string; sky: string }): ReactElement {
  return (
    <g clipPath={clip}>
      <rect x="80" y="140" width="360" height="510" fill={sky} />
      {now === 'night' && (
        <>
          <circle cx="330" cy="244" r="34" fill="#f7eccb" />
          <circle cx="316" cy="236" r="30" fill="#1c2345" />
          {STARS.map(([x, y, r]) => (
            <circle key={`${x}-${y}`} cx={x} cy={y} r={r} fill="#fdf3d3" opacity="0.85" />
          ))}
        </>
      )}
      {now === 'dusk' && <circle cx="300" cy="520" r="46" fill="#ffe1a1" />}
      {now === 'dawn' && <circle cx="170" cy="540" r="40" fill="#fff3d2" />}
      {now === 'day' && (
        <g fill="#ffffff" opacity="0.85">
          <path d="M120 300 q10 -34 46 -26 q18 -32 52 -12 q34 -8 36 24 q20 4 14 22 H124 q-16 -2 -4 -8Z" />
          <path d="M286 402 q8 -22 32 -18 q14 -22 38 -8 q26 -4 28 18 q14 4 8 14 H290 q-12 -2 -4 -6Z" opacity="0.8" />
        </g>
      )}
      <path d="M80 560 Q150 500 230 548 T380 530 T440 556 V650 H80Z" fill={light.hills[0]} />
      <path d="M80 606 Q140 566 220 600 T350 588 T440 604 V650 H80Z" fill={light.hills[1]} />
      {(now === 'night' || now === 'dusk') && (
        <g fill="#ffd995" opacity="0.9">
          {TOWN.map(([x, y]) => (
            <rect key={`${x}-${y}`} x={x} y={y} width="5" height="6" rx="1" />
          ))}
        </g>
      )}
    </g>
  );
}

const STARS: readonly (readonly [number, number, number])[] = [
  [128, 214, 2.4],
  [176, 262, 1.7],
  [214, 196, 2],
  [250, 300, 2.6],
  [146, 350, 1.8],
  [392, 320, 2],
  [300, 380, 1.6],
  [372, 420, 2.2],
  [196, 420, 1.5],
  [410, 216, 1.8],
  [118, 450, 2],
];
const TOWN: readonly (readonly [number, number])[] = [
  [132, 612],
  [158, 620],
  [186, 616],
  [236, 622],
  [262, 614],
  [300, 618],
  [336, 608],
  [372, 618],
  [404, 622],
  [116, 628],
];

function WindowFrame({ light }: { light: Light }): ReactElement {
  return (
    <g>
      <path
        d="M84 640 V210 Q84 150 144 150 H376 Q436 150 436 210 V640"
        fill="none"
        stroke={light.wood}
        strokeWidth="18"
      />
      <path d="M260 150 V640 M84 400 H436" stroke={light.wood} strokeWidth="9" fill="none" />
      <path d="M58 640 H462 V664 Q462 670 456 670 H64 Q58 670 58 664Z" fill={light.wood} />
      <path d="M58 658 H462 V664 Q462 670 456 670 H64 Q58 670 58 664Z" fill={light.woodShade} />
      <path d="M30 118 H490" stroke={light.woodShade} strokeWidth="10" strokeLinecap="round" />
      <path d="M36 122 C30 320 60 470 24 740 H120 C138 560 104 420 138 122Z" fill={light.curtain} />
      <path d="M74 122 C78 330 92 520 64 740 H92 C112 540 88 320 98 122Z" fill={light.curtainShade} opacity="0.7" />
      <path d="M484 122 C490 320 460 470 496 740 H412 C394 560 428 420 394 122Z" fill={light.curtain} />
      <path
        d="M446 122 C440 330 432 520 456 740 H432 C414 540 434 320 424 122Z"
        fill={light.curtainShade}
        opacity="0.7"
      />
    </g>
  );
}

function Shelf({ light }: { light: Light }): ReactElement {
  const [red, blue, gold, green, plum] = light.books;
  return (
    <g>
      <rect x="560" y="640" width="320" height="18" rx="5" fill={light.wood} />
      <rect x="560" y="652" width="320" height="6" rx="3" fill={light.woodShade} />
      <rect x="700" y="540" width="26" height="100" rx="4" fill={red} />
      <rect x="728" y="526" width="22" height="114" rx="4" fill={blue} />
      <rect x="752" y="548" width="32" height="92" rx="4" fill={gold} />
      <path d="M790 642 L816 540 Q818 536 822 537 L838 541 Q842 542 841 546 L816 642Z" fill={green} />
      <path
        d="M704 560 H722 M704 616 H722 M756 566 H780 M732 548 H746"
        stroke="#fff2d8"
        strokeWidth="3"
        opacity="0.45"
      />
      <path d="M604 640 L598 594 H652 L646 640Z" fill={light.pot} />
      <path
        d="M625 596 C600 560 590 540 596 510 C616 530 624 556 625 596 C626 556 640 520 664 508 C668 540 652 570 625 596Z"
        fill={light.leaf}
      />
      <rect x="560" y="850" width="320" height="18" rx="5" fill={light.wood} />
      <rect x="560" y="862" width="320" height="6" rx="3" fill={light.woodShade} />
      <rect x="590" y="764" width="30" height="86" rx="4" fill={plum} />
      <rect x="622" y="750" width="24" height="100" rx="4" fill={green} />
      <rect x="648" y="772" width="28" height="78" rx="4" fill={red} />
      <rect x="760" y="826" width="92" height="24" rx="4" fill={blue} />
      <rect x="768" y="804" width="76" height="22" rx="4" fill={gold} />
    </g>
  );
}

function Lantern({ light, paper }: { light: Light; paper: string }): ReactElement {
  return (
    <g>
      <path d="M742 0 V188" stroke={light.woodShade} strokeWidth="5" />
      <rect x="712" y="184" width="60" height="16" rx="6" fill={light.woodShade} />
      <path d="M718 198 H766 C826 226 830 374 766 402 H718 C654 374 658 226 718 198Z" fill={paper} />
      <g fill="none" stroke={light.woodShade} strokeWidth="2.5" opacity="0.35">
        <path d="M684 236 Q742 250 800 236" />
        <path d="M674 278 Q742 294 810 278" />
        <path d="M674 322 Q742 338 810 322" />
        <path d="M684 364 Q742 380 800 364" />
      </g>
      <rect x="712" y="398" width="60" height="14" rx="6" fill={light.woodShade} />
      <path
        d="M742 412 V446 M734 446 H750 L748 476 H736Z"
        stroke={light.woodShade}
        strokeWidth="4"
        fill={light.woodShade}
      />
    </g>
  );
}

function useTimeOfDay(): TimeOfDay {
  const [now, setNow] = useState(currentTimeOfDay);
  useEffect(() => {
    const timer = setInterval(() => setNow(currentTimeOfDay()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function currentTimeOfDay(): TimeOfDay {
  const date = new Date();
  return timeOfDayAt(date.getHours() + date.getMinutes() / 60);
}
