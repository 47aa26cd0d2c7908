// The seconds of a countdown, as '4:05'.
export function timeLeft(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`;
}
