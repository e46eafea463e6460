import ArgumentParser
import KubernetesClient
import KubernetesModel
import RolloutModel

/// `weir restart ROLLOUT`: new pods of the same version.
struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Replace the pods of a Rollout, keeping its version.",
        discussion:
            "Sets spec.restartAt. Pods are evicted a few at a time, so that disruption budgets hold.")

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Option(
        name: [.customShort("i"), .customLong("in")], help: "How long from now, such as 10s or 1h30m.")
    var delay: GoDurationArgument = "0s"

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let (name, delay) = (name, delay)
        try await RolloutSession.run(client) { session in
            let time = WallClock().now.advanced(by: delay.duration)
            try await session.send([RolloutVerb.restart(at: time)], to: name)
            StandardStream.output.line("rollout '\(name)' restarts in \(delay.text)")
        }
    }
}
