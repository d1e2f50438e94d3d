import { Video, VideoOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useReadable } from "#client/features/session/together-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import type { MediaProblem, VoiceEngine } from "#client/voice/engine.ts";
import { requireMediaDevices, toMediaProblem } from "#client/voice/media-problem.ts";

import { mediaProblemWords } from "../voice-words.ts";
import { DeviceSelect } from "./device-select.tsx";
import styles from "./voice-section.module.css";

/** @throws MediaRefusal, and whatever the browser refuses with */
const openCamera = async (cameraId: string | null): Promise<MediaStream> => {
  const video = cameraId === null ? true : { deviceId: { exact: cameraId } };
  return requireMediaDevices().getUserMedia({ video });
};

const stopAll = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

type Preview = { kind: "opening" } | { kind: "open" } | { kind: "failed"; problem: MediaProblem };

/** The chosen camera's picture, in this browser alone. */
const CameraPreview = ({ cameraId }: { cameraId: string | null }) => {
  const element = useRef<HTMLVideoElement>(null);
  const [preview, setPreview] = useState<Preview>({ kind: "opening" });
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    const open = async (): Promise<void> => {
      try {
        const opened = await openCamera(cameraId);
        if (isOver) return stopAll(opened);
        stream = opened;
        if (element.current) element.current.srcObject = opened;
        setPreview({ kind: "open" });
      } catch (error) {
        if (!isOver) setPreview({ kind: "failed", problem: toMediaProblem(error) });
      }
    };
    void open();
    return () => {
      isOver = true;
      if (stream) stopAll(stream);
    };
  }, [cameraId]);
  if (preview.kind === "failed") {
    const { title, help } = mediaProblemWords("camera", preview.problem);
    return (
      <Callout tone="warning" title={title}>
        {help}
      </Callout>
    );
  }
  return (
    <div className={styles.preview}>
      <video ref={element} autoPlay playsInline muted aria-label="What your camera sees" />
    </div>
  );
};

export const CameraPart = ({ engine }: { engine: VoiceEngine }) => {
  const { cameraId } = useReadable(engine.settings);
  const { cameras } = useReadable(engine.devices);
  const [isShown, setIsShown] = useState(false);
  return (
    <section className={styles.part} aria-labelledby="voice-camera">
      <h3 id="voice-camera" className={styles.heading}>
        Camera
      </h3>
      <DeviceSelect
        label="Camera device"
        noun="Camera"
        devices={cameras}
        chosenId={cameraId}
        onChoose={(id) => engine.updateSettings({ cameraId: id })}
      />
      {isShown && <CameraPreview key={cameraId} cameraId={cameraId} />}
      <div className={styles.row}>
        <Button size="small" icon={isShown ? <VideoOff /> : <Video />} onClick={() => setIsShown(!isShown)}>
          {isShown ? "Close the preview" : "Show a preview"}
        </Button>
      </div>
    </section>
  );
};
