/// A `pattern` of a schema: a regular expression that may match anywhere in the text.
///
/// Holds the source and compiles it when it is needed, because a compiled `Regex` is not `Sendable`.
struct TextPattern: Sendable {
    private let source: String

    /// `nil` where the expression is not one that can be compiled here; such a pattern is not checked.
    init?(_ source: String) {
        do {
            _ = try Regex(source)
        } catch {
            return nil
        }
        self.source = source
    }

    /// Whether the expression matches somewhere in `text`.
    func matches(_ text: String) -> Bool {
        do {
            return try Regex(source).firstMatch(in: text) != nil
        } catch {
            return true
        }
    }
}
