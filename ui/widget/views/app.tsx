import { Announcer } from "./announcer";
import { Banner } from "./banner";
import { Composer } from "./composer";
import { Header } from "./header";
import { LogView } from "./log";

export const App = () => (
  <>
    <Header />
    <main>
      <Banner />
      <LogView />
      <Composer />
    </main>
    <Announcer />
  </>
);
