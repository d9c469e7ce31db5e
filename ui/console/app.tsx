import { useEffect } from "preact/hooks";
import { go, route } from "./kit/router";
import { Failed, Loading } from "./kit/states";
import { t } from "./kit/t";
import { boot, bootProblem, home, me } from "./session/session";
import { Setup } from "./session/setup";
import { SignIn } from "./session/sign-in";
import { Shell } from "./shell/shell";

export function App() {
  const setup = route.value[0] === "setup";
  useEffect(() => {
    if (!setup) void boot();
  }, [setup]);
  useEffect(() => {
    if (me.value && !route.value[0]) go(home(), true);
  });
  if (setup) return <Setup />;
  if (bootProblem.value || me.value === undefined) return (
    <main class="gate">
      <h1 class="hidden">Warmline</h1>
      {bootProblem.value ? <Failed problem={bootProblem.value} what={t("boot.failed")} retry={() => void boot()} /> : <Loading rows={3} />}
    </main>
  );
  return me.value ? <Shell key={me.value.id} person={me.value} /> : <SignIn />;
}
