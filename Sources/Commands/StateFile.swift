import ControllerRuntime
package import JSON
import KubernetesClient

/// A JSON file that always shows what is so; other programs poll it.
package struct StateFile: Sendable {
    private static let interval: Duration = .milliseconds(100)

    private let path: String?

    /// - Parameter path: `nil` for a file that nobody asked for.
    package init(path: String?) {
        self.path = path
    }

    /// Writes the document, and writes it again whenever it has changed, until the task is cancelled.
    ///
    /// - Throws: `UsageProblem` when the file cannot be written.
    package func follow(_ document: @Sendable () -> JSONValue) async throws {
        var written = ""
        while !Task.isCancelled {
            if let path {
                let text = document().prettyText
                if text != written {
                    try AtomicFile.write(text + "\n", to: path, mode: 0o644)
                    written = text
                }
            }
            do { try await WallClock().runtime.sleep(Self.interval) } catch { return }
        }
    }
}
