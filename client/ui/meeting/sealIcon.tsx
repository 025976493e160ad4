import { Lock, LockOpen, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SealView } from '../../meeting/view.ts';

/** A closed lock only where everything is verified; open while keys are being set up. */
export const sealIcon: Readonly<Record<SealView['state'], ReactNode>> = {
  sealed: <Lock aria-hidden="true" />,
  verifying: <LockOpen aria-hidden="true" />,
  warning: <TriangleAlert aria-hidden="true" />,
};
