import { useEffect, useRef, useState } from "preact/hooks";
import { get, path, post, tell } from "../kit/api";
import { Dialog } from "../kit/dialog";
import { Pick } from "../kit/field";
import { Icon, type IconName } from "../kit/icon";
import { href } from "../kit/router";
import { FormProblem } from "../kit/states";
import { t } from "../kit/t";
import type { Collection, Import, ImportFile } from "./wire";

const kinds = ".md,.markdown,.html,.htm,.txt,.csv";
const icons: Record<string, IconName> = { done: "checkCircle", indexed: "checkCircle", unchanged: "check", failed: "alert", waiting: "clock", running: "clock" };
const word = (state: string) => t(state === "failed" ? "upload.failed" : state === "unchanged" ? "upload.unchanged" : state === "indexed" || state === "done" ? "upload.done" : "upload.waiting");
const over = (job: Import) => job.state === "done" || job.state === "failed";

/** Asks once a second until the import is over; a failed question is asked again. */
function useImport(id: string | null): { job: Import | null; problem: unknown } {
  const [state, set] = useState<{ job: Import | null; problem: unknown }>({ job: null, problem: null });
  useEffect(() => {
    if (!id) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const ask = async () => {
      const found = await get<Import>(path("imports", id)).then((job) => ({ job, problem: null as unknown }), (problem) => ({ job: null, problem }));
      if (stopped) return;
      set((was) => ({ job: found.job ?? was.job, problem: found.problem }));
      if (!found.job || !over(found.job)) timer = setTimeout(ask, 1000);
    };
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [id]);
  return state;
}

function Result({ file, onClose }: { file: ImportFile; onClose: () => void }) {
  return (
    <li class={file.state}>
      <Icon name={icons[file.state] ?? "clock"} size={18} />
      <span class="clip" dir="auto">{file.article ? <a href={href("knowledge", file.article)} onClick={onClose}>{file.name}</a> : file.name}</span>
      <span class="mut small">{file.reason || word(file.state)}</span>
    </li>
  );
}

function Progress({ job, onClose }: { job: Import; onClose: () => void }) {
  return (
    <>
      <p role="status">{over(job) ? t("upload.over", { done: Math.max(0, job.done - job.failed), failed: job.failed }) : t("upload.running", { done: job.done, total: job.total })}</p>
      <progress max={Math.max(1, job.total)} value={job.done} aria-label={t("upload.progress")} />
      <ul class="files">{job.files.map((file) => <Result key={file.name} file={file} onClose={onClose} />)}</ul>
      <div class="dialog-foot"><button type="button" class={`button${over(job) ? " primary" : ""}`} onClick={onClose}>{over(job) ? t("done") : t("upload.background")}</button></div>
    </>
  );
}

export function Upload({ collections, chosen, onClose }: { collections: Collection[]; chosen: string | undefined; onClose: () => void }) {
  const [files, setFiles] = useState<File[]>([]);
  const [picked, setCollection] = useState(chosen);
  // The collections may come after the dialog is open.
  const collection = picked ?? collections[0]?.id ?? "";
  const [publish, setPublish] = useState(true);
  const [id, setId] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [aimed, setAimed] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { job, problem: asking } = useImport(id);
  const add = (more: FileList | null | undefined) => setFiles((old) => [...old, ...(more ?? [])]);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const form = new FormData();
    files.forEach((file) => form.append("files", file));
    form.append("collection", collection);
    form.append("publish", String(publish));
    try {
      setId((await post<{ id: string }>("/imports", form, { timeout: 120_000 })).id);
    } catch (cause) {
      setProblem(cause);
      setBusy(false);
    }
  };
  if (id) return (
    <Dialog title={t("upload.title")} onClose={onClose}>
      {job ? <Progress job={job} onClose={onClose} /> : <p role="status">{t("upload.starting")}</p>}
      {asking ? <p class="mut small">{tell(asking).message}</p> : null}
    </Dialog>
  );
  return (
    <Dialog title={t("upload.title")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <div class={`drop${aimed ? " aimed" : ""}`} onDragOver={(event) => {
          event.preventDefault();
          setAimed(true);
        }} onDragLeave={() => setAimed(false)} onDrop={(event) => {
          event.preventDefault();
          setAimed(false);
          add(event.dataTransfer?.files);
        }}>
          <Icon name="upload" size={28} />
          <p>{t("upload.drop")}</p>
          <button type="button" class="button" data-first onClick={() => input.current!.click()}>{t("upload.choose")}</button>
          <input ref={input} type="file" multiple accept={kinds} class="hidden" tabIndex={-1} aria-label={t("upload.choose")} onChange={(event) => {
            add((event.target as HTMLInputElement).files);
            (event.target as HTMLInputElement).value = "";
          }} />
          <p class="mut small">{t("upload.kinds")}</p>
        </div>
        {files.length > 0 && (
          <ul class="files">
            {files.map((file, i) => (
              <li key={i}><Icon name="file" size={18} /><span class="clip" dir="auto">{file.name}</span>
                <button type="button" class="button icon-only quiet" aria-label={t("upload.without", { name: file.name })} onClick={() => setFiles(files.filter((one) => one !== file))}><Icon name="close" size={16} /></button></li>
            ))}
          </ul>
        )}
        <Pick label={t("article.collection")} value={collection} onPick={setCollection} choices={collections.map((one) => ({ value: one.id, label: one.name }))} />
        <label class="check"><input type="checkbox" checked={publish} onChange={(event) => setPublish((event.target as HTMLInputElement).checked)} />{t("upload.publish")}</label>
        <FormProblem problem={problem} />
        <div class="dialog-foot"><button type="submit" class="button primary" disabled={busy || !files.length || !collection}>{busy ? t("upload.sending") : t("upload.go", { count: files.length })}</button></div>
      </form>
    </Dialog>
  );
}
