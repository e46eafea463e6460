import ArgumentParser
import RolloutModel

/// `weir promote ROLLOUT`: resumes a pause, or skips what is still to come.
struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Resume a paused Rollout, or skip its present step.",
        discussion: """
            weir promote checkout            end the pause; without a pause, skip the present step
            weir promote checkout --full     skip every step, pause and analysis
            """)

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Flag(help: "Skip every step, pause and analysis.")
    var full = false

    @Flag(
        name: [.customShort("c"), .long],
        help: "Skip the present step. Deprecated: promote does so without a pause.")
    var skipCurrentStep = false

    @Flag(name: [.customShort("a"), .long], help: "Skip all steps. Deprecated: use --full.")
    var skipAllSteps = false

    @OptionGroup var client: ClientOptions

    init() {}

    func validate() throws {
        if skipCurrentStep, skipAllSteps {
            throw ValidationError(
                "Cannot use skip-current-step and skip-all-steps flags at the same time")
        }
    }

    func run() async throws {
        let (name, promotion, full) = (name, promotion, full)
        try await RolloutSession.run(client) { session in
            let patches = try RolloutVerb.promote(try await session.rollout(name), promotion)
            try await session.send(patches, to: name)
            StandardStream.output.line("rollout '\(name)' \(full ? "fully " : "")promoted")
        }
    }

    private var promotion: RolloutVerb.Promotion {
        if full { return .full }
        if skipCurrentStep { return .skipCurrentStep }
        return skipAllSteps ? .skipAllSteps : .resume
    }
}
