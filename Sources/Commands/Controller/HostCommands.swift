import AWSClient
import KubernetesClient

extension HostEnvironment {
    /// This process's environment, with the right to run the programs that a profile names.
    static var withCommands: HostEnvironment {
        var host = HostEnvironment.process
        let environment = host.variables.keys.sorted().map { "\($0)=\(host.variables[$0] ?? "")" }
        host.runCommand = { command in
            try await ProgramOutput.read("/bin/sh", ["-c", command], environment: environment)
        }
        return host
    }
}
