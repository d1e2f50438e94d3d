/** Every component in its states, to be looked at while developing: no part of the built app. */
import {
  Bell,
  Copy,
  Hash,
  Mic,
  Monitor,
  Moon,
  Pencil,
  Reply,
  Search,
  Settings,
  Smile,
  Sun,
  Trash2,
  Users,
} from "lucide-react";
import { StrictMode, useState, type ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { Markdown } from "#client/lib/markdown/markdown.tsx";
import { useTheme, type ThemeChoice } from "#client/lib/theme.ts";

import { Avatar, type Presence } from "./avatar.tsx";
import { Badge, Tag, UnreadDot } from "./badge.tsx";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";
import { Checkbox } from "./checkbox.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Dialog } from "./dialog.tsx";
import { EmptyState } from "./empty-state.tsx";
import { IconButton } from "./icon-button.tsx";
import { Kbd } from "./kbd.tsx";
import { ContextMenu, DropdownMenu, type MenuEntry } from "./menu.tsx";
import { Panes, type Pane } from "./panes.tsx";
import { Popover } from "./popover.tsx";
import { ScrollArea } from "./scroll-area.tsx";
import { SegmentedControl } from "./segmented-control.tsx";
import { Select } from "./select.tsx";
import { SkeletonList } from "./skeleton.tsx";
import { Slider } from "./slider.tsx";
import { Spinner } from "./spinner.tsx";
import { Switch } from "./switch.tsx";
import { Tabs } from "./tabs.tsx";
import { TextArea } from "./text-area.tsx";
import { TextField } from "./text-field.tsx";
import { toast, Toaster } from "./toaster.tsx";
import { TooltipProvider } from "./tooltip.tsx";

const themes: { value: ThemeChoice; label: string; icon: ReactNode }[] = [
  { value: "system", label: "System", icon: <Monitor /> },
  { value: "light", label: "Light", icon: <Sun /> },
  { value: "dark", label: "Dark", icon: <Moon /> },
];

const text = `**Bold**, *italic*, ~~gone~~, \`code\` and ||a *spoiler*||
with a [link](https://example.org/tea) and <@ada>

> a quote over one line
- a list
  - inside a list

\`\`\`ts
const tea = brew({ leaves: "oolong", minutes: 3 });
\`\`\``;

const items: MenuEntry[] = [
  { kind: "item", label: "Reply", icon: <Reply />, shortcut: <Kbd shortcut="r" />, onSelect: () => {} },
  { kind: "item", label: "Edit", icon: <Pencil />, onSelect: () => {} },
  { kind: "item", label: "Copy link", icon: <Copy />, isDisabled: true, onSelect: () => {} },
  { kind: "checkbox", label: "Mute", icon: <Bell />, isChecked: true, onCheckedChange: () => {} },
  {
    kind: "submenu",
    label: "More",
    icon: <Smile />,
    items: [{ kind: "item", label: "Mark unread", onSelect: () => {} }],
  },
  { kind: "separator" },
  { kind: "item", label: "Delete", icon: <Trash2 />, isDanger: true, onSelect: () => {} },
];

const presences: Presence[] = ["online", "away", "dnd", "offline"];

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="gallery-part">
    <h2>{title}</h2>
    {children}
  </section>
);

const Buttons = () => (
  <Part title="Buttons">
    <div className="gallery-row">
      <Button variant="primary">Create server</Button>
      <Button>Cancel</Button>
      <Button variant="ghost">Skip</Button>
      <Button variant="danger">Delete</Button>
    </div>
    <div className="gallery-row">
      <Button variant="primary" isPending>
        Create server
      </Button>
      <Button variant="primary" disabled>
        Not yet
      </Button>
      <Button size="small" icon={<Pencil />}>
        Edit
      </Button>
      <Button size="large" variant="primary">
        Sign in
      </Button>
    </div>
    <div className="gallery-row">
      <IconButton label="Settings" icon={<Settings />} hint={<Kbd shortcut="mod+," />} />
      <IconButton label="Mute" icon={<Mic />} isPressed />
      <IconButton label="Search" icon={<Search />} variant="solid" />
      <IconButton label="Delete" icon={<Trash2 />} variant="danger" size="small" />
      <Spinner label="Loading…" />
      <Kbd shortcut="mod+shift+k" />
    </div>
  </Part>
);

const Fields = () => {
  const [language, setLanguage] = useState<"en" | "de" | undefined>();
  return (
    <Part title="Fields">
      <TextField
        label="Username"
        hint="2 to 32 letters, digits, _ . -"
        placeholder="ada"
        autoComplete="off"
      />
      <TextField
        label="Password"
        type="password"
        defaultValue="correct horse"
        error="That password is wrong."
      />
      <TextField
        label="Find a channel"
        isLabelHidden
        type="search"
        icon={<Search />}
        placeholder="Find a channel"
      />
      <TextArea label="About" limit={40} defaultValue="Too many words to fit into this one little box." />
      <Select
        label="Language"
        value={language}
        onValueChange={setLanguage}
        options={[
          { value: "en", label: "English" },
          { value: "de", label: "Deutsch" },
        ]}
      />
    </Part>
  );
};

const Choices = () => {
  const [isOn, setIsOn] = useState(true);
  const [volume, setVolume] = useState(80);
  return (
    <Part title="Choices">
      <Checkbox label="Stay signed in" hint="For seven days" isChecked={isOn} onCheckedChange={setIsOn} />
      <Checkbox label="Not this" isChecked={!isOn} onCheckedChange={(isOff) => setIsOn(!isOff)} />
      <Switch label="Desktop notifications" hint="For mentions" isChecked={isOn} onCheckedChange={setIsOn} />
      <Switch label="Sounds" isChecked={!isOn} onCheckedChange={(isOff) => setIsOn(!isOff)} />
      <Slider
        label="Volume"
        min={0}
        max={200}
        value={volume}
        formatValue={(value) => `${value} %`}
        onValueChange={setVolume}
      />
      <Tabs
        label="Settings"
        tabs={[
          { id: "profile", label: "Profile", icon: <Smile />, content: "How others see you." },
          { id: "devices", label: "Devices", content: "Where you are signed in." },
        ]}
      />
    </Part>
  );
};

const SampleDialog = () => {
  const [isOpen, setIsOpen] = useState(false);
  const footer = (
    <>
      <Button onClick={() => setIsOpen(false)}>Cancel</Button>
      <Button variant="primary" type="submit">
        Create channel
      </Button>
    </>
  );
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Dialog</Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title="Create a channel"
        description="In Tea house"
        onSubmit={() => setIsOpen(false)}
        footer={footer}
      >
        <TextField label="Name" placeholder="plans" />
        <TextArea label="Topic" hint="Shown over the conversation." />
      </Dialog>
    </>
  );
};

const SampleConfirm = () => {
  const [isOpen, setIsOpen] = useState(false);
  const loss = (
    <>
      The channel and its <strong>214 messages</strong> are gone for everyone. This cannot be undone.
    </>
  );
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Confirm</Button>
      <ConfirmDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title="Delete #plans?"
        loss={loss}
        confirmLabel="Delete channel"
        typeToConfirm="plans"
        onConfirm={() => Promise.reject(new Error("refused"))}
      />
    </>
  );
};

const Overlays = () => (
  <Part title="Over the page">
    <div className="gallery-row">
      <SampleDialog />
      <SampleConfirm />
      <DropdownMenu items={items} align="start">
        <Button>Menu</Button>
      </DropdownMenu>
      <Popover label="A note" trigger={<Button>Popover</Button>}>
        Some words, and whatever else is needed.
      </Popover>
      <Button
        onClick={() => toast.success("Invite link copied", { description: "It works for seven days." })}
      >
        Toast
      </Button>
    </div>
    <ContextMenu items={items}>
      <p>A right click here opens the menu too.</p>
    </ContextMenu>
  </Part>
);

const People = () => (
  <Part title="People and counts">
    <div className="gallery-row">
      {presences.map((presence, index) => (
        <Avatar
          key={presence}
          id={`person-${index}`}
          name={`Ada ${presence}`}
          presence={presence}
          size={40}
        />
      ))}
      <Avatar id="tea" name="Tea house" shape="square" size={48} />
      <Avatar id="b" name="bob" isSpeaking />
      <Avatar id="ccc" name="Cleo" size={24} presence="online" />
      <Avatar id="cd" name="Cleo Day" size={80} presence="away" />
    </div>
    <div className="gallery-row">
      <Badge count={3} label="mentions" />
      <Badge count={120} label="mentions" />
      <Badge count={12} label="members" tone="neutral" />
      <UnreadDot />
      <Tag>Bot</Tag>
    </div>
  </Part>
);

const Notes = () => (
  <Part title="Notes">
    <Callout tone="danger" title="The members could not be loaded." onRetry={() => {}}>
      The server does not answer.
    </Callout>
    <Callout tone="warning" title="This invite ends in one hour." />
    <Callout tone="success" title="Saved." />
    <Callout title="Only you can see this." />
    <Banner tone="offline">You are offline. What you send now waits.</Banner>
  </Part>
);

const Message = () => (
  <Part title="A message">
    <Markdown source={text} renderMention={(id) => <b>@{id}</b>} suffix={<small> (edited)</small>} />
    <Markdown source="🍵 👋🏽" />
  </Part>
);

const Waiting = () => (
  <Part title="Waiting, and nothing there">
    <SkeletonList label="Loading messages" rows={3} hasText />
    <EmptyState
      icon={<Hash />}
      title="Welcome to #plans"
      action={<Button variant="primary">Invite people</Button>}
    >
      This is the very beginning. Say what you would like to do together.
    </EmptyState>
  </Part>
);

const columns: Pane[] = [
  {
    id: "channels",
    label: "Channels",
    icon: <Hash />,
    badge: <Badge count={2} label="mentions" />,
    element: "nav",
    widthPx: 240,
    content: <ScrollArea label="Channel list">#general</ScrollArea>,
  },
  {
    id: "chat",
    label: "Chat",
    icon: <Smile />,
    element: "main",
    content: <div className="gallery-pane">The conversation</div>,
  },
  {
    id: "members",
    label: "Members",
    icon: <Users />,
    element: "aside",
    widthPx: 220,
    content: <div className="gallery-pane">The members</div>,
  },
];

const Columns = () => {
  const [activeId, setActiveId] = useState("chat");
  return (
    <div className="gallery-frame">
      <Panes
        activeId={activeId}
        onActiveIdChange={setActiveId}
        panes={columns}
        actions={[{ label: "You", icon: <Settings />, onSelect: () => {} }]}
      />
    </div>
  );
};

const Gallery = () => {
  const { choice, setChoice } = useTheme();
  return (
    <main className="gallery">
      <header className="gallery-head">
        <h1>The kit</h1>
        <SegmentedControl label="Theme" options={themes} value={choice} onValueChange={setChoice} />
      </header>
      <div className="gallery-grid">
        <Buttons />
        <Fields />
        <Choices />
        <People />
        <Message />
        <Notes />
        <Overlays />
        <Waiting />
      </div>
    </main>
  );
};

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <TooltipProvider>
        {location.hash === "#panes" ? <Columns /> : <Gallery />}
        <Toaster />
      </TooltipProvider>
    </StrictMode>,
  );
}
