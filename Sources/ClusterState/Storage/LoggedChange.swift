import JSON
import KubernetesModel
import Synchronization

/// One change of one object, shared by the log, by every watcher that reads it, and by the lines made of it.
final class LoggedChange: Sendable {
    /// One way to tell the change to a watcher.
    struct Form: Equatable, Sendable {
        var kind: WatchEvent.Kind
        /// The version of the API in which the object is shown.
        var apiVersion: String
        /// Whether only metadata is shown.
        var isMetadata: Bool
    }

    private struct Line: Sendable {
        var form: Form
        var bytes: [UInt8]
    }

    let resourceVersion: UInt64
    let key: ObjectKey
    /// The object before; `nil` when it was created.
    let old: JSONValue?
    /// The object after; `nil` when it was deleted.
    let new: JSONValue?
    private let lines = Mutex<[Line]>([])

    init(resourceVersion: UInt64, key: ObjectKey, old: JSONValue?, new: JSONValue?) {
        self.resourceVersion = resourceVersion
        self.key = key
        self.old = old
        self.new = new
    }

    /// The line in one form, made when it is asked for the first time.
    ///
    /// - Parameter make: makes the line; it runs once, also when several watchers ask at the same time.
    /// - Returns: the line, and whether it was made by this call.
    func line(_ form: Form, make: () -> [UInt8]) -> (bytes: [UInt8], isNew: Bool) {
        lines.withLock { lines in
            if let line = lines.first(where: { $0.form == form }) { return (line.bytes, false) }
            let bytes = make()
            lines.append(Line(form: form, bytes: bytes))
            return (bytes, true)
        }
    }

    /// Lets the lines go; they are made anew for whoever still asks.
    func dropLines() {
        lines.withLock { $0 = [] }
    }
}
