/// The region of the EC2 instance that this process runs on.
enum InstanceRegion {
    /// Asks the instance metadata service, version 2; `nil` when there is none, or it is switched off.
    static func find(_ host: HostEnvironment, _ transport: any AWSTransport) async -> String? {
        if host["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
        let base = host["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        do throws(AWSTransportFailure) {
            let token = try await transport.send(
                AWSHTTPRequest(
                    method: "PUT", url: "\(base)/latest/api/token",
                    headers: [("x-aws-ec2-metadata-token-ttl-seconds", "21600")], timeout: InstanceCredentials.timeout))
            guard token.status == 200 else { return nil }
            let answer = try await transport.send(
                AWSHTTPRequest(
                    method: "GET", url: "\(base)/latest/meta-data/placement/region",
                    headers: [("x-aws-ec2-metadata-token", String(decoding: token.body, as: UTF8.self))],
                    timeout: InstanceCredentials.timeout))
            let region = String(decoding: answer.body, as: UTF8.self)
            return answer.status == 200 && !region.isEmpty ? region : nil
        } catch {
            return nil
        }
    }
}

extension AWSConfiguration {
    /// As `init(options:host:)`; when no region is set, asks the instance that this runs on.
    package static func load(
        options: AWSOptions, host: HostEnvironment, transport: any AWSTransport
    ) async throws(AWSConfigurationProblem) -> AWSConfiguration {
        do throws(AWSConfigurationProblem) {
            return try AWSConfiguration(options: options, host: host)
        } catch {
            guard error.isMissingRegion, let region = await InstanceRegion.find(host, transport) else { throw error }
            var found = options
            found.region = region
            return try AWSConfiguration(options: found, host: host)
        }
    }
}
