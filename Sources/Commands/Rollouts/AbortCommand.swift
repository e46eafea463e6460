import ArgumentParser
import RolloutModel

/// `weir abort ROLLOUT…`: back to the stable version.
struct AbortCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Give an update up and go back to the stable version.",
        discussion: """
            The spec keeps the new version, and the Rollout is Degraded, until the former version is applied again or \
            `retry rollout` starts the update anew.
            """)

    @Argument(help: "The names of Rollouts.", completion: .rolloutNames)
    var names: [String]

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let names = names
        try await RolloutSession.run(client) { session in
            for name in names {
                try await session.send([RolloutVerb.abort], to: name)
                StandardStream.output.line("rollout '\(name)' aborted")
            }
        }
    }
}
