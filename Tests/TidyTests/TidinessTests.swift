import Foundation
import Testing

/// Something that may not stand in the code, and what to do instead.
struct Ban: Sendable, CustomStringConvertible {
    var pattern: String
    var remedy: String

    var description: String { pattern }

    /// Whether a line of code, freed of comments and string literals, contains it.
    func isBroken(by code: String) -> Bool {
        code.range(of: pattern, options: .regularExpression) != nil
    }
}

@Suite("Tidiness") struct TidinessTests {
    static let everywhere = [
        Ban(pattern: #"\btry!"#, remedy: "handle the error"),
        Ban(pattern: #"\bas!"#, remedy: "use as? and handle nil"),
        Ban(pattern: #"\bfatalError\("#, remedy: "throw, or use precondition with the invariant in words"),
        Ban(pattern: #"String\(format:"#, remedy: "interpolate; it pulls in ICU"),
        Ban(pattern: #"@unchecked Sendable"#, remedy: "use a Mutex"),
    ]
    static let inDecisions = [
        Ban(pattern: #"\bDate\(\)"#, remedy: "take `now: Timestamp`"),
        Ban(pattern: #"(^|[\s(,:=]|Date|Clock|Time)\.now\b"#, remedy: "take `now: Timestamp`"),
        Ban(pattern: #"\b(await\s|async\b)"#, remedy: "return an effect"),
        Ban(pattern: #"\bTask\s*[{.(]"#, remedy: "return an effect"),
        Ban(pattern: #"\.random\((?!.*using:)"#, remedy: "take a generator"),
        Ban(pattern: #"SystemRandomNumberGenerator"#, remedy: "take a generator"),
        Ban(pattern: #"\bUUID\(\)"#, remedy: "take a generator"),
        Ban(pattern: #"\bprint\("#, remedy: "return text"),
        Ban(pattern: #"ProcessInfo|FileManager|getenv"#, remedy: "take the value as a parameter"),
        Ban(pattern: #"\b(Mutex|Atomic)\b"#, remedy: "be a value"),
        Ban(pattern: #"ContinuousClock|SuspendingClock|clock_gettime|gettimeofday"#, remedy: "take `now: Timestamp`"),
    ]
    static let decisions: Set<String> = [
        "JSON", "KubernetesModel", "RolloutModel", "ELBModel", "AWSSigning", "Planning", "RolloutPlanning",
        "IngressPlanning", "ClusterPlanning", "RequestRouting", "RolloutView",
    ]
    /// The one reviewed file per module that may vouch for its own thread safety, with the proof in a comment.
    static let reviewed: Set<String> = ["Sources/KubernetesClient/WatchConnection.swift"]

    private let repository = Repository()

    @Test("nothing that is banned everywhere stands in the sources") func bans() throws {
        let files = try repository.swiftFiles(below: "Sources").filter { !Self.reviewed.contains($0.path) }
        #expect(files.count > 100)
        let violations = files.flatMap { Self.violations(in: $0, of: Self.everywhere) }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("values and planners have no clock, no randomness, no concurrency and no I/O") func purity() throws {
        let files = try repository.swiftFiles(below: "Sources").filter { Self.decisions.contains($0.module) }
        #expect(Set(files.map(\.module)) == Self.decisions)
        let violations = files.flatMap { Self.violations(in: $0, of: Self.inDecisions) }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("files hold one concept: at most 400 lines, tests 600, and 120 columns") func sizes() throws {
        var violations: [Violation] = []
        for (folder, most) in [("Sources", 400), ("Tests", 600)] {
            for file in try repository.swiftFiles(below: folder) {
                if file.lines.count > most + 1 {
                    violations.append(Violation(place: file.path, problem: "\(file.lines.count) lines"))
                }
                for (index, line) in file.lines.enumerated() where folder == "Sources" && line.count > 120 {
                    violations.append(Violation(place: "\(file.path):\(index + 1)", problem: "\(line.count) columns"))
                }
            }
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test(
        "the bans find what they ban",
        arguments: [
            ("let t = Date()", #"\bDate\(\)"#), ("x = try! f()", #"\btry!"#),
            ("for await e in s {", #"\b(await\s|async\b)"#),
            ("Int.random(in: 0...1)", #"\.random\((?!.*using:)"#),
            ("at: .now", #"(^|[\s(,:=]|Date|Clock|Time)\.now\b"#),
        ])
    func selfTest(line: String, pattern: String) throws {
        let ban = try #require((Self.everywhere + Self.inDecisions).first { $0.pattern == pattern })
        #expect(ban.isBroken(by: Self.code(line)))
        #expect(!ban.isBroken(by: Self.code("// \(line)")))
        #expect(!ban.isBroken(by: Self.code("let text = \"\(line)\"")))
    }

    private static func violations(in file: Repository.File, of bans: [Ban]) -> [Violation] {
        var isInBlock = false
        var found: [Violation] = []
        for (index, line) in file.lines.enumerated() {
            if line.components(separatedBy: "\"\"\"").count % 2 == 0 { isInBlock.toggle() }
            guard !isInBlock else { continue }
            let code = code(line)
            for ban in bans where ban.isBroken(by: code) {
                found.append(Violation(place: "\(file.path):\(index + 1)", problem: "\(ban.pattern): \(ban.remedy)"))
            }
        }
        return found
    }

    /// The line without its comment and without the text of its string literals.
    private static func code(_ line: String) -> String {
        var result = ""
        var isInString = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" {
                isInString.toggle()
                result.append("\"")
            } else if !isInString {
                if character == "/", previous == "/" { return String(result.dropLast()) }
                result.append(character)
            }
            previous = character
        }
        return result
    }
}
