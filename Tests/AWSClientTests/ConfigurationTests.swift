import AWSClient
import Testing

private func host(_ variables: [String: String], files: [String: String] = [:]) -> HostEnvironment {
    HostEnvironment(variables: variables.merging(["HOME": "/home/u"]) { $1 }) { files[$0] }
}

@Suite("AWS region and endpoints")
struct ConfigurationTests {
    @Test func `the shared files are read as the AWS CLI reads them`() {
        let file = SharedConfiguration(
            parsing: """
                # comment
                [default]
                region = eu-west-1 ; where we are
                [profile  dev]
                services=local
                output =
                s3 =
                  addressing_style = path
                stray
                [services local]
                elastic_load_balancing_v2 =
                    endpoint_url = http://127.0.0.1:1/#x
                """)
        #expect(file.sections["default"]?.values == ["region": "eu-west-1"])
        #expect(file.sections["profile dev"]?.nested["s3"] == ["addressing_style": "path"])
        #expect(file.sections["profile dev"]?.values["output"] == "")
        let services = file.sections["services local"]?.nested["elastic_load_balancing_v2"]
        #expect(services == ["endpoint_url": "http://127.0.0.1:1/#x"])
    }

    @Test(
        "finds the endpoint at the first place which has one",
        arguments: [
            (["AWS_ENDPOINT_URL": "http://b:1"], nil, "http://b:1/"),
            (
                ["AWS_ENDPOINT_URL": "http://b:1", "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "http://a:1"],
                nil, "http://a:1/"
            ),
            (["AWS_ENDPOINT_URL": "http://b:1"], "http://127.0.0.1:15999/x", "http://127.0.0.1:15999/x"),
            ([:], nil, "https://elasticloadbalancing.cn-north-1.amazonaws.com.cn/"),
            (
                ["AWS_ENDPOINT_URL": "http://b:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"], nil,
                "https://elasticloadbalancing.cn-north-1.amazonaws.com.cn/"
            ),
            (
                ["AWS_USE_DUALSTACK_ENDPOINT": "true"], nil,
                "https://elasticloadbalancing.cn-north-1.api.amazonwebservices.com.cn/"
            ),
        ])
    func endpoint(variables: [String: String], option: String?, expected: String) throws {
        let options = AWSOptions(region: "cn-north-1", endpointURL: option)
        let configuration = try AWSConfiguration(options: options, host: host(variables))
        #expect(configuration.elbEndpoint.description == expected)
    }

    @Test func `a profile gives region and service endpoint`() throws {
        let config = """
            [profile t]
            region = us-west-2
            services = emu
            [services emu]
            elastic_load_balancing_v2 =
              endpoint_url = http://127.0.0.1:15999
            """
        let configuration = try AWSConfiguration(
            options: AWSOptions(), host: host(["AWS_PROFILE": "t"], files: ["/home/u/.aws/config": config]))
        #expect(configuration.region == "us-west-2")
        #expect(configuration.elbEndpoint.description == "http://127.0.0.1:15999/")
        #expect(configuration.stsEndpoint.description == "https://sts.us-west-2.amazonaws.com/")
    }

    @Test func `a missing region, an unknown profile and a bad URL are named with their place`() {
        #expect(throws: AWSConfigurationProblem.self) { try AWSConfiguration(options: AWSOptions(), host: host([:])) }
        let unknown = #expect(throws: AWSConfigurationProblem.self) {
            try AWSConfiguration(options: AWSOptions(region: "r-1", profile: "nope"), host: host([:]))
        }
        #expect(unknown?.description.contains("'nope' is in neither /home/u/.aws/credentials") == true)
        let url = #expect(throws: AWSConfigurationProblem.self) {
            try AWSConfiguration(options: AWSOptions(region: "r-1"), host: host(["AWS_ENDPOINT_URL": "localhost:1"]))
        }
        #expect(url?.description.contains("'localhost:1' from AWS_ENDPOINT_URL") == true)
    }

    @Test(
        "reads endpoint URLs",
        arguments: [
            ("http://127.0.0.1:15999", "127.0.0.1:15999"), ("https://Host.example:443/", "host.example"),
            ("http://[::1]:80", "[::1]"), ("https://h:80", "h:80"),
        ])
    func url(text: String, hostHeader: String) throws {
        #expect(try #require(AWSEndpoint(parsing: text)).hostHeader == hostHeader)
    }

    @Test(
        "refuses other URLs", arguments: ["ftp://h", "http://", "http://h:0", "http://h:x", "http://u@h", "http://h?q"])
    func refused(text: String) {
        #expect(AWSEndpoint(parsing: text) == nil)
    }
}
