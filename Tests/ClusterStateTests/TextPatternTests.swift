import JSON
import Testing

@testable import ClusterState

@Suite("Patterns of schemas")
struct TextPatternTests {
    @Test(arguments: [
        ("^a+$", "aaa", true), ("^a+$", "baa", false), ("b", "abc", true), ("^(a|b){2,3}$", "abab", false),
        ("^(a|b){2,3}$", "aba", true), ("^[^a-c\\d]$", "d", true), ("^[^a-c\\d]$", "7", false),
        ("^\\w+\\b", "ab-c", true),
        ("^(?i:ABC)$", "aBc", true), ("^.$", "\n", false), ("(?s)^.$", "\n", true), ("(?m)^b$", "a\nb", true),
        ("^\\pL+$", "äöü", true), ("^[[:alpha:]]+$", "äb", false), ("^\\x41\\.$", "A.", true),
        ("^a{,2}$", "a{,2}", true),
        ("^(a*)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false), ("^\\Qa.b\\E$", "a.b", true), ("", "x", true),
        ("^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE])?$", "1.5Gi", true),
    ])
    func `an expression matches as RE2 does`(pattern: String, text: String, isMatch: Bool) throws {
        let expression = try #require(TextPattern(pattern))
        #expect(expression.matches(text) == isMatch)
    }

    @Test(arguments: [
        ("([", "missing closing ]: `[`"), ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"),
        ("*", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
        ("\\y", "invalid escape sequence: `\\y`"), ("[z-a]", "invalid character class range: `z-a`"),
        ("^(?!x).*$", "invalid or unsupported Perl syntax: `(?!`"), ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a\\", "trailing backslash at end of expression: ``"), ("(?P<n", "invalid named capture: `(?P<n`"),
    ])
    func `what is no expression is named in the words of the real server`(pattern: String, problem: String) {
        #expect(TextPattern.problem(with: pattern) == "error parsing regexp: \(problem)")
    }
}
