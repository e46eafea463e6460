package import ArgumentParser

/// `weir`, the root of all commands.
package struct WeirCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "Progressive delivery for Kubernetes on AWS.",
        discussion: "It never kills a pod that the load balancer can still reach.",
        version: WeirVersion.current,
        subcommands: [
            DemoCommand.self, SandboxCommand.self, ControllerCommand.self, NodeCommand.self,
            LoadBalancerCommand.self, APIServerCommand.self, ManifestsCommand.self, DoctorCommand.self,
            SimulateCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(name: "Rollout", subcommands: RolloutCommands.all + RolloutCommands.own)
        ])

    package init() {}
}

/// The version of this build.
package enum WeirVersion {
    package static let current = "0.1.0"
}
