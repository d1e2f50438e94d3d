import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { ListItem } from "#client/ui/item-list.tsx";
import type { UserRef } from "#shared/contract/users.ts";

type Props = {
  user: UserRef;
  /** What they are called where one chooses. */
  name: string;
  onChoose: () => void;
};

/** Somebody in a list, of whom one is to be chosen. */
export const PersonChoice = ({ user, name, onChoose }: Props) => (
  <ListItem
    picture={<Avatar id={user.id} name={name} imageUrl={user.avatarUrl} />}
    title={name}
    actions={
      <Button size="small" aria-label={`Choose ${name}`} onClick={onChoose}>
        Choose
      </Button>
    }
  >
    @{user.username}
  </ListItem>
);
