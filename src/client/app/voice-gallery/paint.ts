/** Moving pictures without a camera. */

type Draw = (context: CanvasRenderingContext2D, frame: number) => void;

const framesPerSecond = 4;

const paint = (draw: Draw): MediaStreamTrack => {
  const canvas = document.createElement("canvas");
  canvas.width = 1_280;
  canvas.height = 720;
  const context = canvas.getContext("2d");
  let frame = 0;
  const next = (): void => {
    if (context) draw(context, frame);
    frame += 1;
  };
  next();
  setInterval(next, 1_000 / framesPerSecond);
  const [track] = canvas.captureStream(framesPerSecond).getVideoTracks();
  if (!track) throw new Error("a canvas has a video track");
  return track;
};

/** Somebody before a wall. */
export const paintCamera = (name: string): MediaStreamTrack =>
  paint((context, frame) => {
    const hue = (name.length * 47) % 360;
    context.fillStyle = `hsl(${hue} 30% 45%)`;
    context.fillRect(0, 0, 1_280, 720);
    context.fillStyle = `hsl(${hue} 35% 72%)`;
    context.beginPath();
    context.arc(640, 300 + (frame % 2) * 4, 130, 0, 7);
    context.ellipse(640, 720, 300, 250, 0, 0, 7);
    context.fill();
  });

/** A text editor. */
export const paintScreen = (): MediaStreamTrack =>
  paint((context, frame) => {
    context.fillStyle = "#1f2430";
    context.fillRect(0, 0, 1_280, 720);
    for (let line = 0; line < 22; line += 1) {
      context.fillStyle = ["#7fd1ba", "#f2ece4", "#ecc063"][line % 3] ?? "#ffffff";
      context.fillRect(60 + (line % 4) * 40, 40 + line * 30, 200 + ((line * 97) % 600), 10);
    }
    if (frame % 2 === 0) context.fillRect(60, 700, 4, 16);
  });
