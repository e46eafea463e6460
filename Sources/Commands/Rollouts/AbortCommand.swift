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
        try await RolloutSession.send(RolloutVerb.abort, to: names, client, said: "aborted")
    }
}
