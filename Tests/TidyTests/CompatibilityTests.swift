import Foundation
import Testing

/// A row of a table in docs/compatibility.md.
private struct Row {
    /// The heading above the table.
    var heading: String
    /// By the name of the column; the first one is also under `""`.
    var cells: [String: String]
    var line: Int

    var subject: String { cells[""] ?? "" }
    var place: String { "docs/compatibility.md:\(line)" }

    /// What stands between backticks in a cell.
    static func quoted(_ cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    /// Every row of every table of the section about Rollouts.
    static func all(in page: String) -> [Row] {
        var rows: [Row] = []
        var heading = ""
        var columns: [String] = []
        var isAboutRollouts = false
        for (index, line) in page.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("## ") { isAboutRollouts = line.hasPrefix("## 1. ") }
            if line.hasPrefix("#") { heading = line }
            guard line.hasPrefix("|"), isAboutRollouts else {
                columns = []
                continue
            }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if columns.isEmpty {
                columns = cells
            } else if !line.hasPrefix("|---") {
                var named = Dictionary(zip(columns, cells), uniquingKeysWith: { first, _ in first })
                named[""] = cells.first
                rows.append(Row(heading: heading, cells: named, line: index + 1))
            }
        }
        return rows
    }
}

/// docs/compatibility.md says what works and which test shows it. A page cannot be compiled, so this looks.
@Suite("The compatibility page") struct CompatibilityTests {
    private static let claims: Set<String> = ["works", "differs", "refused", "Weir's own"]
    private static let others: Set<String> = ["not yet", "no effect"]

    private let repository = Repository()

    private func rows() throws -> [Row] {
        Row.all(in: try repository.text("docs/compatibility.md")).filter { $0.cells["State"] != nil }
    }

    @Test("has a state in every row, and a test where something is claimed") func states() throws {
        var violations: [Violation] = []
        let rows = try rows()
        for row in rows {
            let state = row.cells["State"] ?? ""
            if !Self.claims.union(Self.others).contains(state) {
                violations.append(Violation(place: row.place, problem: "the state `\(state)` is none"))
            }
            guard let tests = row.cells["Test"] else {
                violations.append(Violation(place: row.place, problem: "the table has no column for tests"))
                continue
            }
            // What is not there has nothing to show.
            if Self.claims.contains(state), tests.isEmpty {
                violations.append(Violation(place: row.place, problem: "\(row.subject) names no test"))
            }
        }
        #expect(rows.count > 150)
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("names tests that exist") func tests() throws {
        let evidence = try Evidence.shared.get()
        var violations: [Violation] = []
        var count = 0
        for row in try rows() {
            for reference in Row.quoted(row.cells["Test"] ?? "") {
                count += 1
                if let problem = evidence.problem(with: reference) {
                    violations.append(Violation(place: row.place, problem: problem))
                }
            }
        }
        #expect(count > 300)
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("names a test that shows the event") func events() throws {
        let evidence = try Evidence.shared.get()
        var violations: [Violation] = []
        let rows = try rows().filter { $0.heading.hasSuffix(" Events") }
        for row in rows where Self.claims.contains(row.cells["State"] ?? "") {
            let shown = Row.quoted(row.cells["Test"] ?? "").compactMap { evidence.text(of: $0) }
            for reason in Row.quoted(row.subject)
            where !shown.contains(where: { $0.contains("event \(reason):") || $0.contains("\"\(reason)\"") }) {
                violations.append(Violation(place: row.place, problem: "no test of the row shows \(reason)"))
            }
        }
        #expect(rows.count > 10)
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("has a row for every event, reason and key that the planner writes") func vocabulary() throws {
        let named = Set(try rows().flatMap { Row.quoted($0.subject) })
        var missing: [String] = []
        var count = 0
        for file in try repository.swiftFiles(below: "Sources/RolloutPlanning") {
            let text = file.lines.joined(separator: "\n")
            let reasons = text.matches(of: /(?:event\(\s*|reason: |static let \w+ = )"([A-Z][a-z]+[A-Z]\w+)"/)
            for reason in reasons.map({ String($0.1) }) {
                count += 1
                if !named.contains(reason) { missing.append("\(file.path): \(reason)") }
            }
        }
        let keys = try repository.text("Sources/RolloutModel/RolloutKeys.swift")
        for key in keys.matches(of: /static let \w+ = "([\w.-]+\/[\w.-]+)"/).map({ String($0.1) }) {
            count += 1
            if !named.contains(key) { missing.append("RolloutKeys: \(key)") }
        }
        let conditions = try repository.text("Sources/RolloutModel/RolloutCondition.swift")
        for type in conditions.matches(of: /case \w+ = "(\w+)"/).map({ String($0.1) })
        where !["True", "False", "Unknown"].contains(type) {
            count += 1
            if !named.contains(type) { missing.append("RolloutCondition: \(type)") }
        }
        #expect(count > 40)
        #expect(missing.isEmpty, "\(missing)")
    }

    @Test("has a row for every field of the status that is written") func statusFields() throws {
        let rows = try rows().filter { $0.heading.contains("`status`") }
        let named = Set(rows.flatMap { Row.quoted($0.subject) })
        let source = try repository.text("Sources/RolloutModel/RolloutStatus.swift")
        var fields = source.matches(of: /set\(\s*"(\w+)"/).map { String($0.1) }
        fields += source.matches(of: /result\["(\w+)"\] = (?!canary|colours)/).map { String($0.1) }
        fields += source.matches(of: #/canary\["(\w+)"\] = /#).map { "canary.\($0.1)" }
        fields += source.matches(of: #/colours\["(\w+)"\] = /#).map { "blueGreen.\($0.1)" }
        #expect(fields.count > 25)
        #expect(fields.filter { !named.contains($0) } == [])
    }

    @Test(
        "would be caught with a name that is none",
        arguments: [
            "verbs/never told", "documented/never-written", "HashTests/nothing", "NoSuchTests/corpus",
            "test_metrics/test_nothing", "test_nothing/test_probes", "HashTests",
        ])
    func selfTest(reference: String) throws {
        #expect(try Evidence.shared.get().problem(with: reference) != nil)
    }
}

/// Where the tests are that the page names.
private struct Evidence {
    /// Read once: the tests have much text.
    static let shared = Result { try Evidence(Repository()) }

    private var repository: Repository
    /// The text of Swift suites by their names.
    private var suites: [String: String]
    private let golden = "Tests/RolloutPlanningTests/Golden"

    init(_ repository: Repository) throws {
        self.repository = repository
        suites = Self.suites(in: try repository.swiftFiles(below: "Tests").filter { $0.module != "TidyTests" })
    }

    /// What is wrong with a reference such as `HashTests/corpus`; `nil` when it leads to a test.
    func problem(with reference: String) -> String? {
        let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "`\(reference)` is not of the form `suite/test`" }
        guard let text = text(of: reference) else { return "there is nothing behind `\(reference)`" }
        let name = parts[1]
        let isNamed =
            isStory(parts[0]) || parts[0] == "documented" || text.contains("func \(name)(")
            || text.contains("func `\(name)`(") || text.contains("def \(name)(") || text.contains("\"\(name)\"")
        return isNamed ? nil : "`\(parts[0])` has no test and no case `\(name)`"
    }

    /// The trace of a story, the manifest, or the file of the test; `nil` when there is none.
    func text(of reference: String) -> String? {
        let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        if isStory(parts[0]) {
            let name = parts[1].replacingOccurrences(of: " ", with: "-")
            return contents("\(golden)/\(parts[0])/\(name).txt")
        }
        if parts[0] == "documented" { return contents("EndToEnd/documented/\(parts[1]).yaml") }
        if parts[0].hasPrefix("test_") { return contents("EndToEnd/\(parts[0]).py") }
        return suites[parts[0]]
    }

    /// The text of every type of the test files and of its extensions, by name.
    private static func suites(in files: [Repository.File]) -> [String: String] {
        var suites: [String: String] = [:]
        for file in files {
            var name: String?
            for line in file.lines {
                if let first = line.utf8.first, first != UInt8(ascii: " "), first != UInt8(ascii: "}") {
                    name = typeName(in: line) ?? (line.hasPrefix("@") ? nil : name)
                }
                if let name { suites[name, default: ""] += line + "\n" }
            }
        }
        return suites
    }

    /// `A` of a line such as `@Suite("…") struct A {` or `extension A {`.
    private static func typeName(in line: String) -> String? {
        for keyword in ["struct ", "extension ", "enum ", "class "] {
            guard let range = line.range(of: keyword) else { continue }
            return String(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
        return nil
    }

    private func isStory(_ family: String) -> Bool {
        var isFolder: ObjCBool = false
        let path = repository.root.appendingPathComponent("\(golden)/\(family)").path
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private func contents(_ path: String) -> String? {
        let url = repository.root.appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try String(contentsOf: url, encoding: .utf8)
        } catch {
            return nil
        }
    }
}
