import ArgumentParser
import Sandbox

/// The options of an embedded ELBv2, the same for `weir sandbox` and `weir load-balancer`.
struct LoadBalancingOptions: ParsableArguments {
    @Option(help: "The ELBv2 endpoint's port; 0 picks a free one.")
    var elbPort = 0

    @Option(
        help: "Also serve a control endpoint on this port, which makes calls fail and time pass for tests; 0 picks one."
    )
    var controlPort: Int?

    @Option(help: "The region of the ELBv2 endpoint; calls signed for another one are refused.")
    var region = "us-west-2"

    @Option(help: "How long each ELBv2 call takes, such as 50ms or 1s.")
    var awsLatency: DurationArgument = "0s"

    @Option(help: "How long the load balancer's nodes may go on with former rules and targets.")
    var propagationDelay: DurationArgument = "1s"

    @Option(help: "The deregistration delay of target groups that do not set theirs. (default: 300s)")
    var deregistrationDelay: DurationArgument?

    @Flag(help: "Refuse calls beyond AWS' published token buckets.")
    var throttle = false

    @Option(help: "Determines ids, generated names and the load balancer's draws.")
    var seed: UInt64 = 1

    init() {}

    func validate() throws {
        guard (0...65_535).contains(elbPort) else {
            throw ValidationError("--elb-port is \(elbPort); give a port from 1 to 65535, or 0 for a free one.")
        }
        guard (0...65_535).contains(controlPort ?? 0) else {
            throw ValidationError("--control-port is \(controlPort ?? 0); give a port from 1 to 65535, or 0.")
        }
    }

    /// What was asked for.
    var settings: LoadBalancingSettings {
        var settings = LoadBalancingSettings()
        settings.port = elbPort
        settings.controlPort = controlPort
        settings.region = region
        settings.awsLatency = awsLatency.duration
        settings.propagationDelay = propagationDelay.duration
        settings.deregistrationDelay = deregistrationDelay?.duration
        settings.isThrottling = throttle
        settings.seed = seed
        return settings
    }
}
