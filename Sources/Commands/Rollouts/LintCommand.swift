import ArgumentParser

/// `weir lint -f FILE`: what the controller would refuse, without a cluster.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check the Rollouts of a file, without a cluster.",
        discussion: """
            Unknown fields and broken rules are reported, with the Services and Ingresses that stand in the same file. \
            Objects that a Rollout names and that are not in the file are taken for right. Every broken rule is \
            printed, on standard error with the path of its field. The exit code is 1 when something is wrong.
            """)

    @Option(
        name: .shortAndLong, help: "The file to check; - reads standard input.", completion: .file())
    var filename: String

    @OptionGroup(visibility: .hidden) var client: ClientOptions

    init() {}

    func run() throws {
        let findings = RolloutLint(try ManifestInput.documents(in: filename)).findings
        for finding in findings { StandardStream.output.line(finding.body) }
        guard findings.isEmpty else { throw UsageProblem(findings.map(\.text).joined(separator: "\n")) }
    }
}
