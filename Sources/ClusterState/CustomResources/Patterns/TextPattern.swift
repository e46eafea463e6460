/// A `pattern` of a schema: a regular expression that may match anywhere in the text.
///
/// The syntax is RE2's, which the real server uses: no look-around, no back references, and a match takes time in
/// proportion to the text. Source: https://github.com/google/re2/wiki/Syntax
struct TextPattern: Sendable {
    private let program: PatternProgram

    /// `nil` where the expression is not one.
    init?(_ source: String) {
        do throws(PatternError) {
            program = PatternProgram(try PatternParser.parse(source))
        } catch {
            return nil
        }
    }

    /// What is wrong with an expression, in the words of the real server; `nil` for a correct one.
    static func problem(with source: String) -> String? {
        do throws(PatternError) {
            _ = try PatternParser.parse(source)
            return nil
        } catch {
            return "error parsing regexp: \(error.problem): `\(error.text)`"
        }
    }

    /// Whether the expression matches somewhere in `text`.
    func matches(_ text: String) -> Bool { program.matches(Array(text.unicodeScalars)) }
}

/// A part of an expression that is no syntax.
struct PatternError: Error, Equatable {
    var problem: String
    /// The part.
    var text: String
}
