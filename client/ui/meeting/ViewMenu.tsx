import {
  Check,
  GalleryVerticalEnd,
  LayoutDashboard,
  LayoutGrid,
  LayoutPanelLeft,
  Maximize,
  Minimize,
  PanelRight,
  PictureInPicture2,
  UserRoundX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { WithTooltip } from '../components/IconButton.tsx';
import { prefer, usePreferences } from '../preferences.ts';
import { type LayoutMode, layoutModes } from './stagePlan.ts';
import type { FloatingWindow } from './useFloatingWindow.ts';
import { useFullScreen } from './useFullScreen.ts';
import { useNarrow } from './useMediaQuery.ts';
import '../components/Select.css';

const icons: Readonly<Record<LayoutMode, ReactNode>> = {
  auto: <LayoutDashboard aria-hidden="true" />,
  grid: <LayoutGrid aria-hidden="true" />,
  speaker: <GalleryVerticalEnd aria-hidden="true" />,
  sidebar: <PanelRight aria-hidden="true" />,
};

/** How the stage is laid out, and where: as this person likes it, for them alone. */
export function ViewMenu({ floating }: { floating: FloatingWindow }) {
  const m = useMessages();
  const { layout, selfView } = usePreferences();
  const fullScreen = useFullScreen();
  // On a phone a sidebar stands below, as the row of the speaker layout does.
  const narrow = useNarrow();
  const offered = layoutModes.filter((mode) => mode !== 'sidebar' || !narrow || layout === mode);
  return (
    <MenuTrigger>
      <WithTooltip text={m.view.title}>
        <AriaButton className="head-chip head-view" aria-label={m.view.title}>
          <LayoutPanelLeft aria-hidden="true" />
          <span className="head-word">{m.view.title}</span>
        </AriaButton>
      </WithTooltip>
      <Popover className="popover popover-menu" placement="bottom end" offset={4}>
        <AriaMenu
          className="menu"
          aria-label={m.view.title}
          onAction={(key) => {
            if (key === 'floating') floating.toggle();
            if (key === 'full-screen') fullScreen.toggle();
          }}
        >
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[layout]}
            onSelectionChange={(keys) => {
              const chosen = layoutModes.find((mode) => keys !== 'all' && keys.has(mode));
              if (chosen !== undefined) prefer('layout', chosen);
            }}
          >
            <Header className="menu-header">{m.view.layout}</Header>
            {offered.map((mode) => (
              <Entry key={mode} id={mode} name={m.view.modes[mode]} icon={icons[mode]} />
            ))}
          </MenuSection>
          <Separator className="menu-separator" />
          <MenuSection
            aria-label={m.view.self}
            selectionMode="multiple"
            selectedKeys={selfView ? [] : ['hide-self']}
            onSelectionChange={(keys) => prefer('selfView', keys !== 'all' && !keys.has('hide-self'))}
          >
            <Entry id="hide-self" name={m.view.hideSelf} icon={<UserRoundX aria-hidden="true" />} />
          </MenuSection>
          <Separator className="menu-separator" />
          {floating.supported && (
            <Entry
              id="floating"
              name={floating.target ? m.view.closeFloating : m.view.floating}
              icon={<PictureInPicture2 aria-hidden="true" />}
            />
          )}
          {fullScreen.supported && (
            <Entry
              id="full-screen"
              name={fullScreen.on ? m.view.leaveFullScreen : m.view.fullScreen}
              icon={fullScreen.on ? <Minimize aria-hidden="true" /> : <Maximize aria-hidden="true" />}
            />
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ id, name, icon }: { id: string; name: string; icon: ReactNode }) {
  return (
    <MenuItem id={id} className="menu-item" textValue={name}>
      {icon}
      <span className="menu-words">{name}</span>
      <Check className="menu-check" aria-hidden="true" />
    </MenuItem>
  );
}
