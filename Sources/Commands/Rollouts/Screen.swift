import KubernetesClient
import Synchronization

/// The terminal, as far as commands draw on it.
enum Screen {
    /// Whether a person is looking.
    static var isTerminal: Bool { StandardStream.output.isTerminal }

    /// Whether colours are used: on a terminal that can show them, unless they are not wanted.
    static func isColoured(noColor: Bool) -> Bool {
        let environment = Platform.environment
        return !noColor && isTerminal && environment["TERM"] != "dumb"
            && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Shows a text in place of the one before; where nobody looks, below it.
    static func show(_ text: String) {
        StandardStream.output.write(isTerminal ? "\u{1B}[H\u{1B}[2J\(text)" : "\(text)\n")
    }
}

/// What was shown last.
final class LastText: Sendable {
    private let text = Mutex("")

    /// Whether the new text is another one.
    func replace(with new: String) -> Bool {
        text.withLock { text in
            defer { text = new }
            return text != new
        }
    }
}
