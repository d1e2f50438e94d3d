/** House rules that the linter does not bring along. */
type FunctionNode = { loc: { start: { line: number }; end: { line: number } } };
type Context = {
  sourceCode: { lines: readonly string[] };
  report(finding: { node: FunctionNode; message: string }): void;
};

const maxLines = 50;
const blankOrComment = /^\s*(?:$|\/\/|\/?\*)/;

/**
 * A function's own lines, without those of the functions inside it. A factory that returns ten short methods is short;
 * the built-in rule counts it with all that it returns, and would have to be turned off for every service and repo.
 */
const maxOwnLines = {
  create(context: Context) {
    const linesInside: number[] = [];

    const enter = (): void => void linesInside.push(0);
    const leave = (node: FunctionNode): void => {
      const { start, end } = node.loc;
      const lines = context.sourceCode.lines.slice(start.line - 1, end.line);
      const total = lines.filter((line) => !blankOrComment.test(line)).length;
      const own = total - (linesInside.pop() ?? 0);
      if (own > maxLines)
        context.report({ node, message: `${own} lines of its own, and at most ${maxLines} are allowed` });
      const outer = linesInside.length - 1;
      // The line on which the inner function begins is the outer one's too.
      if (outer >= 0) linesInside[outer] = (linesInside[outer] ?? 0) + total - 1;
    };

    return {
      FunctionDeclaration: enter,
      FunctionExpression: enter,
      ArrowFunctionExpression: enter,
      "FunctionDeclaration:exit": leave,
      "FunctionExpression:exit": leave,
      "ArrowFunctionExpression:exit": leave,
    };
  },
};

export default { meta: { name: "house" }, rules: { "max-own-lines": maxOwnLines } };
