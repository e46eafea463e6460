import ArgumentParser
import RolloutModel

/// `weir pause ROLLOUT…`: stops until `promote`.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause Rollouts: no step is taken until `promote`.",
        discussion:
            "Sets spec.paused. What is already on its way to the load balancer is still finished.")

    @Argument(help: "The names of Rollouts.", completion: .rolloutNames)
    var names: [String]

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        try await RolloutSession.send(RolloutVerb.pause, to: names, client, said: "paused")
    }
}
