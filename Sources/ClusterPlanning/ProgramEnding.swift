import JSON

/// How a program ends by itself: a Job's work, as far as an emulated container does any.
package struct ProgramEnding: Hashable, Sendable {
    /// From container start.
    package var after: Duration
    /// 0...255; 0 is success.
    package var exitCode: Int

    package init(after: Duration, exitCode: Int) {
        self.after = after
        self.exitCode = exitCode
    }

    /// Reads a container's `command` and `args`.
    ///
    /// Understood are `true`, `false`, `:`, `echo …`, `sleep SECONDS` and `exit CODE`, alone or as the script of a
    /// `sh -c`, joined by `;`, `&&` or new lines.
    /// - Returns: `nil` for every other command: the container serves then, whatever the command says.
    package init?(command: [String]) {
        var statements = [command]
        if let shell = command.first, ["sh", "bash", "ash"].contains(Self.base(shell)), command.count == 3,
            command[1].hasPrefix("-"), command[1].hasSuffix("c")
        {
            let script = command[2].replacing("&&", with: ";").replacing("\n", with: ";")
            statements = script.split(separator: ";").map { $0.split(separator: " ").map(String.init) }
        }
        self.init(after: .zero, exitCode: 0)
        var isEmpty = true
        for words in statements {
            guard let program = words.first.map(Self.base) else { continue }
            isEmpty = false
            exitCode = 0
            switch program {
            case "true", ":", "echo": continue
            case "false": exitCode = 1
            case "sleep":
                guard words.count == 2, let seconds = Double(words[1]), seconds.isFinite, seconds >= 0 else {
                    return nil
                }
                after += .microseconds(Int64(min(seconds, 1e6) * 1_000_000))
            case "exit":
                guard words.count <= 2, let code = Int(words.count == 2 ? words[1] : "0"), (0...255).contains(code)
                else {
                    return nil
                }
                exitCode = code
                return
            default: return nil
            }
        }
        if isEmpty { return nil }
    }

    private static func base(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
