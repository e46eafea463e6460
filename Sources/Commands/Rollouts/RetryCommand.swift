import ArgumentParser
import RolloutModel

/// `weir retry`: what was given up, again.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Retry what was aborted.",
        subcommands: [RetryRolloutCommand.self, ExperimentCommand.self])
}

/// `weir retry rollout NAME…`: an aborted update starts anew at its first step.
struct RetryRolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout", abstract: "Start aborted updates anew at their first step.",
        aliases: ["ro", "rollouts"])

    @Argument(help: "The names of Rollouts.", completion: .rolloutNames)
    var names: [String]

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        try await RolloutSession.send(RolloutVerb.retry, to: names, client, said: "retried")
    }
}
