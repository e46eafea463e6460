import KubernetesModel

/// The text of the second that was written last: objects that are made within one second share it.
struct TimeTexts: Sendable {
    private var second: Timestamp?
    private var text = ""

    /// A time to the second, as documents have it.
    mutating func text(of time: Timestamp) -> String {
        let asked = time.wholeSeconds
        if asked != second {
            second = asked
            text = asked.rfc3339
        }
        return text
    }
}
