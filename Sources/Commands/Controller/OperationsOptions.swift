import ArgumentParser

/// Where probes and metrics are served; ports are those of Argo Rollouts.
struct OperationsOptions: ParsableArguments {
    @Option(
        name: [.customLong("metrics-port"), .customLong("metricsPort")],
        help: "The port of /metrics; 0 serves none.")
    var metricsPort = 8090

    @Option(
        name: [.customLong("healthz-port"), .customLong("healthzPort")],
        help: "The port of /healthz and /readyz; 0 serves none.")
    var healthzPort = 8080

    @Option(help: "The address at which both are served.")
    var operationsAddress = "0.0.0.0"

    func validate() throws {
        for (option, port) in [("--metrics-port", metricsPort), ("--healthz-port", healthzPort)]
        where !(0...65_535).contains(port) {
            throw ValidationError("\(option) is \(port); give a port from 1 to 65535, or 0 to serve nothing.")
        }
    }

    var settings: OperationsSettings {
        OperationsSettings(address: operationsAddress, metricsPort: metricsPort, healthzPort: healthzPort)
    }
}

/// Where probes and metrics are served.
package struct OperationsSettings: Sendable, Equatable {
    package var address = "127.0.0.1"
    /// 0: metrics are not served.
    package var metricsPort = 0
    /// 0: probes are not answered.
    package var healthzPort = 0

    package init(address: String = "127.0.0.1", metricsPort: Int = 0, healthzPort: Int = 0) {
        self.address = address
        self.metricsPort = metricsPort
        self.healthzPort = healthzPort
    }
}
