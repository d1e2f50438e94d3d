import { UsersRound } from "lucide-react";
import { useState } from "react";

import { EmptyState } from "#client/ui/empty-state.tsx";

import { type AccountDeed, AccountDialogs } from "./account-dialogs.tsx";
import { AccountItem } from "./account-item.tsx";
import { PagedList } from "./paged-list.tsx";
import { useAccounts } from "./use-accounts.ts";
import { useSearchField } from "./use-search.tsx";

const nobody = (
  <EmptyState icon={<UsersRound />} title="Nobody found">
    No account has that in its name or email address.
  </EmptyState>
);

/** Every account of the instance, and what can be done with it. */
export const UsersSection = () => {
  const { field, query } = useSearchField("Find an account");
  const { found, accounts } = useAccounts(query);
  const [deed, setDeed] = useState<AccountDeed>();
  return (
    <>
      {field}
      <PagedList label="Accounts" found={found} items={accounts} empty={nobody}>
        {(account) => <AccountItem key={account.user.id} account={account} onChoose={setDeed} />}
      </PagedList>
      {deed && <AccountDialogs deed={deed} onClose={() => setDeed(undefined)} />}
    </>
  );
};
